using System.Security.Cryptography;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Pki.Certificates;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>
/// Notices when an agent holds an assignment that this database never made: a higher number than stored, or another statement for
/// the stored number, in the same epoch. Then the database is an older copy, and nothing is committed or pushed until an
/// administrator raises the epoch. Only what a signer of this installation signed for that machine counts: one bad host must not
/// be able to stop its cluster by a number.
/// </summary>
internal sealed partial class StateForkDetector(
    ClusterDatabase database, ControlAuthority authority, AuditTrail audit, ILogger<StateForkDetector> log)
{
    private static readonly Failure Unproven = new(
        FailureCategory.Conflict, AgentCodes.AssignmentUnproven, "The assignment that the agent says it holds is not known here, and no "
            + "statement signed for this machine came with it; connect again with it in Hello.");

    /// <summary>Whether what the agent holds fits what is stored; a claim that neither fits nor is proven ends the stream.</summary>
    public async Task<bool> AcceptAsync(AgentConnection connection, HeldAssignment held, CancellationToken ct)
    {
        if (connection.Wanted is { } wanted && Fits(wanted.Number, wanted.StatementHash, held)) return true;
        var machine = connection.Machine;
        var stored = await database.ReadAsync(
            (db, token) => db.Desired.Where(d => d.MachineId == machine.MachineId)
                .Join(db.Clusters, d => d.ClusterId, c => c.Id, (d, c) => new { d.Number, d.StatementHash, c.EpochId })
                .SingleOrDefaultAsync(token),
            ct);
        if (stored is not null && (stored.EpochId.ToString("D") != held.EpochId || Fits(stored.Number, stored.StatementHash, held)))
            return true;
        if (stored is null) return true;
        if (!IsSignedHere(held, machine))
        {
            LogUnproven(log, machine.MachineId, held.Number, stored?.Number ?? 0);
            throw Unproven.ToRpcException();
        }

        LogFork(log, machine.MachineId, held.Number, stored?.Number ?? 0);
        await database.WriteAsync(machine.ClusterId, (db, token) => MarkAsync(db, connection, token), ct);
        return false;
    }

    private static bool Fits(long number, string hash, HeldAssignment held) =>
        (long)held.Number < number || ((long)held.Number == number && Convert.ToHexStringLower(held.AssignmentSha256.Span) == hash);

    private bool IsSignedHere(HeldAssignment held, MachinePrincipal machine)
    {
        if (held.Statement is not { } signed || !SHA256.HashData(signed.Statement.Span).AsSpan().SequenceEqual(held.AssignmentSha256.Span))
            return false;
        try
        {
            var assignment = Assignment.Parser.ParseFrom(signed.Statement);
            return assignment.MachineId == machine.MachineId.ToString("D")
                && assignment.ClusterId == machine.ClusterId.ToString("D")
                && assignment.EpochId == held.EpochId
                && assignment.Number == held.Number
                && TrustSet.Parser.ParseFrom(authority.TrustSet.TrustSet).Signers.Contains(signed.SignerCertificate)
                && CertificateInfo.TryRead(signed.SignerCertificate.Span)?.PublicKey.Verify(
                    SignedBytes.Of(ProtocolLimits.AssignmentLabel, signed.Statement.Span), signed.Signature.Span) is true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private async Task<bool> MarkAsync(ClusterDbContext db, AgentConnection connection, CancellationToken ct)
    {
        var cluster = await db.Clusters.SingleAsync(c => c.Id == connection.Machine.ClusterId, ct);
        if (cluster.Forked) return false;
        cluster.Forked = true;
        await audit.AppendAsync(
            db, new AuditEntry(cluster.Id, "manager", "cluster.forked", $"machines/{connection.Machine.MachineId:D}"), ct);
        return true;
    }

    [LoggerMessage(
        2210, LogLevel.Warning,
        "Machine {MachineId} says that it holds assignment {Held}, without proof, but {Stored} is the newest stored; its stream was ended.",
        EventName = "AssignmentUnproven")]
    private static partial void LogUnproven(ILogger log, Guid machineId, ulong held, long stored);

    [LoggerMessage(
        2203, LogLevel.Error,
        "Machine {MachineId} holds assignment {Held}, but {Stored} is the newest stored: the database is an older copy, and the "
            + "cluster is forked.",
        EventName = "MachineStateForked")]
    private static partial void LogFork(ILogger log, Guid machineId, ulong held, long stored);
}
