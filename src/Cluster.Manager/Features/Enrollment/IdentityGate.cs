using System.Security.Cryptography.X509Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// Decides who a caller of the agents' port is. The handshake proved possession and the chain; here the database has the last
/// word.
/// </summary>
internal sealed partial class IdentityGate(ClusterDatabase database, AuditTrail audit, TimeProvider clock, ILogger<IdentityGate> log)
{
    /// <summary>Authenticates the caller; a departed machine is returned as such.</summary>
    public async Task<Outcome<MachinePrincipal>> AuthenticateAsync(X509Certificate2? certificate, CancellationToken ct)
    {
        if (certificate is null) return EnrollmentFailures.CertificateRequired;
        if (CertificateInfo.TryRead(certificate.RawData) is not { Uris: [var uri] } info
            || !ControlUris.TryParseMachine(uri, out var clusterId, out var machineId))
            return EnrollmentFailures.UnknownIdentity;

        var found = await database.ReadAsync((db, token) => FindAsync(db, machineId, info.PublicKeySha256, token), ct);
        if (found is not { } known
            || known.Machine.ClusterId != clusterId
            || !known.Identity.Certificate.AsSpan().SequenceEqual(certificate.RawDataMemory.Span))
            return EnrollmentFailures.UnknownIdentity;
        return await JudgeAsync(known.Machine, known.Identity, ct);
    }

    /// <summary>Authenticates the caller and refuses departed machines.</summary>
    public async Task<Outcome<MachinePrincipal>> AuthenticateActiveAsync(X509Certificate2? certificate, CancellationToken ct)
    {
        var outcome = await AuthenticateAsync(certificate, ct);
        return outcome is { Succeeded: true, Value.Departed: true } ? EnrollmentFailures.Departed : outcome;
    }

    private async Task<Outcome<MachinePrincipal>> JudgeAsync(Machine machine, Storage.Fleet.MachineIdentity identity, CancellationToken ct)
    {
        if (machine.Status == MachineStatus.Banned) return EnrollmentFailures.Banned;
        if (machine.Status == MachineStatus.Departed)
            return new MachinePrincipal(machine.ClusterId, machine.Id, identity.Generation, Departed: true);
        if (identity.NotAfter <= clock.GetUtcNow()) return EnrollmentFailures.UnknownIdentity;
        if (identity.RevokedAt is null) return new MachinePrincipal(machine.ClusterId, machine.Id, identity.Generation, Departed: false);

        // Somebody still holds a key that its owner has replaced: a copy of the state directory, or a restored backup.
        if (!machine.Quarantined) await QuarantineAsync(machine, identity.Generation, ct);
        return EnrollmentFailures.Superseded;
    }

    private async Task QuarantineAsync(Machine machine, int generation, CancellationToken ct)
    {
        LogSuperseded(log, machine.Id, generation);
        await database.WriteAsync(
            machine.ClusterId,
            async (db, token) =>
            {
                var row = await db.Machines.SingleOrDefaultAsync(m => m.Id == machine.Id, token);
                if (row is not { Status: MachineStatus.Active or MachineStatus.Pending, Quarantined: false }) return false;
                row.Quarantined = true;
                await audit.AppendAsync(db, new AuditEntry(row.ClusterId, row.Name, "machine.quarantine", $"machines/{row.Name}"), token);
                return true;
            },
            ct);
    }

    private static async Task<(Machine Machine, Storage.Fleet.MachineIdentity Identity)?> FindAsync(
        ClusterDbContext db, Guid machineId, string publicKey, CancellationToken ct)
    {
        var row = await db.Identities.Where(i => i.MachineId == machineId && i.PublicKeySha256 == publicKey)
            .Join(db.Machines, i => i.MachineId, m => m.Id, (i, m) => new { Machine = m, Identity = i })
            .SingleOrDefaultAsync(ct);
        return row is null ? null : (row.Machine, row.Identity);
    }

    [LoggerMessage(
        2101, LogLevel.Warning,
        "Machine {MachineId} was quarantined: its superseded identity generation {Generation} was used.",
        EventName = "IdentitySuperseded")]
    private static partial void LogSuperseded(ILogger log, Guid machineId, int generation);
}
