using System.Net;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Pki.Keys;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// Redeems a join token. Redeeming is one row in the transaction that issues: the same key may repeat and gets the stored answer,
/// another key is refused, and a lost answer burns nothing. The token is checked before the certificate request is read.
/// </summary>
internal sealed class JoinMachine(
    ClusterDatabase database,
    ControlAuthority authority,
    IdentityIssuing issuing,
    Rejoining rejoining,
    AuditTrail audit,
    TimeProvider clock)
{
    /// <summary>Handles a join or rejoin from an address.</summary>
    public async Task<Outcome<JoinResponse>> HandleAsync(JoinRequest request, IPAddress? from, CancellationToken ct)
    {
        if (request.Token.Length is 0 or > 200) return EnrollmentFailures.TokenInvalid;
        var hash = CanonicalJson.Sha256(request.Token);
        var token = await database.ReadAsync((db, t) => db.JoinTokens.SingleOrDefaultAsync(j => j.TokenHash == hash, t), ct);
        if (token is null || !IsUsable(token, from)) return EnrollmentFailures.TokenInvalid;
        var key = JoinRequests.ReadKey(request.CertificateRequest);
        if (!key.Succeeded) return key.Failure;
        return await database.WriteAsync(token.ClusterId, (db, t) => RedeemAsync(db, token.Id, request, key.Value, from, t), ct);
    }

    private bool IsUsable(JoinToken token, IPAddress? from) =>
        token.RevokedAt is null && token.ExpiresAt > clock.GetUtcNow() && JoinRequests.IsFrom(token.From, from);

    private async Task<Outcome<JoinResponse>> RedeemAsync(
        ClusterDbContext db, Guid tokenId, JoinRequest request, PublicKeyMaterial key, IPAddress? from, CancellationToken ct)
    {
        var token = await db.JoinTokens.SingleOrDefaultAsync(t => t.Id == tokenId, ct);
        if (token is null || !IsUsable(token, from)) return EnrollmentFailures.TokenInvalid;
        var cluster = await db.Clusters.SingleAsync(c => c.Id == token.ClusterId, ct);
        if (token.Epoch != cluster.EpochNumber) return EnrollmentFailures.TokenInvalid;
        if (await db.JoinRedemptions.SingleOrDefaultAsync(r => r.TokenId == tokenId && r.PublicKeySha256 == key.Sha256, ct) is { } earlier)
            return await RepeatAsync(db, earlier, ct);
        if (token.Used >= token.Uses) return EnrollmentFailures.TokenUsed;
        if (await IdentityIssuing.IsKnownAsync(db, key, ct)) return EnrollmentFailures.KeyInUse;

        var machine = await ChooseAsync(db, cluster, token, request, key, ct);
        return machine.Failure is { } failure ? failure : await IssueAsync(db, token, machine.Value, request, key, ct);
    }

    // A repeat gets what is stored and nothing more; a ban, a departure or a newer identity in between ends that.
    private static async Task<Outcome<JoinResponse>> RepeatAsync(ClusterDbContext db, JoinRedemption earlier, CancellationToken ct)
    {
        var machine = await db.Machines.SingleOrDefaultAsync(m => m.Id == earlier.MachineId, ct);
        if (machine is null
            || machine.Status is not (MachineStatus.Active or MachineStatus.Pending)
            || machine.Generation != earlier.Generation)
            return EnrollmentFailures.TokenUsed;
        return JoinResponse.Parser.ParseFrom(earlier.Response);
    }

    private async Task<Outcome<Machine>> ChooseAsync(
        ClusterDbContext db, ManagedCluster cluster, JoinToken token, JoinRequest request, PublicKeyMaterial key, CancellationToken ct)
    {
        if (request.Rejoin is not null || token.RestoreMachineId is not null)
            return await rejoining.RestoreAsync(db, token, request, key, ct);
        var name = JoinRequests.ReadName(request.MachineName.Length == 0 ? token.MachineName ?? "" : request.MachineName);
        if (!name.Succeeded) return name.Failure;
        if (token.MachineName is { } bound && bound != name.Value) return EnrollmentFailures.TokenInvalid;
        var existing = await db.Machines.SingleOrDefaultAsync(m => m.ClusterId == cluster.Id && m.Name == name.Value, ct);
        if (existing is null) return await CreateAsync(db, cluster, token, name.Value, ct);
        if (existing.Status == MachineStatus.Departed) return EnrollmentFailures.NameDeparted(name.Value);
        if (existing.Status == MachineStatus.Prepared && token.GroupId is { } group && group != existing.GroupId)
            return EnrollmentFailures.TokenInvalid;
        return existing.Status == MachineStatus.Prepared && token.MachineName == name.Value
            ? existing
            : EnrollmentFailures.NameTaken(name.Value);
    }

    private async Task<Outcome<Machine>> CreateAsync(
        ClusterDbContext db, ManagedCluster cluster, JoinToken token, string name, CancellationToken ct)
    {
        var groups = await db.Groups.Where(g => g.ClusterId == cluster.Id && g.DeletedAt == null).ToListAsync(ct);
        var group = token.GroupId is { } wanted
            ? groups.SingleOrDefault(g => g.Id == wanted)
            : groups.SingleOrDefault(g => g.Name == "main") ?? groups.MinBy(g => g.Id);
        if (group is null) return EnrollmentFailures.TokenInvalid;
        var now = clock.GetUtcNow();
        var machine = new Machine
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = cluster.Id,
            GroupId = group.Id,
            Name = name,
            Status = MachineStatus.Active,
            Mode = MachineMode.Enforce,
            CreatedAt = now,
        };
        db.Machines.Add(machine);
        return machine;
    }

    private async Task<Outcome<JoinResponse>> IssueAsync(
        ClusterDbContext db, JoinToken token, Machine machine, JoinRequest request, PublicKeyMaterial key, CancellationToken ct)
    {
        var rejoined = machine.Status == MachineStatus.Departed;
        machine.Status = token.Approve ? MachineStatus.Pending : MachineStatus.Active;
        machine.ChangedAt = clock.GetUtcNow();
        machine.Recoveries = 0;
        // A token made for this very machine is an administrator's word; its last key alone is not, while it looks copied.
        if (token.RestoreMachineId is not null) machine.Quarantined = false;
        if (!rejoined && request.Observe) machine.Mode = MachineMode.Observe;
        var identity = await issuing.IssueNextAsync(db, machine, key, ct);
        if (await db.Reports.SingleOrDefaultAsync(r => r.MachineId == machine.Id, ct) is { } report) report.EarlierBootIds = "[]";
        else db.Reports.Add(new MachineReport { MachineId = machine.Id });
        var response = await AnswerAsync(db, machine, identity, ct);
        token.Used++;
        db.JoinRedemptions.Add(new JoinRedemption
        {
            TokenId = token.Id,
            Use = token.Used,
            PublicKeySha256 = key.Sha256,
            MachineId = machine.Id,
            Generation = identity.Generation,
            At = clock.GetUtcNow(),
            Response = response.ToByteArray(),
        });
        db.Unit.AfterCommit(() => Failpoint.Reach(FailpointNames.JoinDurable));
        await audit.AppendAsync(
            db,
            new AuditEntry(machine.ClusterId, machine.Name, rejoined ? "machine.rejoin" : "machine.join", $"machines/{machine.Name}"),
            ct);
        return response;
    }

    private async Task<JoinResponse> AnswerAsync(
        ClusterDbContext db, Machine machine, Storage.Fleet.MachineIdentity identity, CancellationToken ct)
    {
        var group = await db.Groups.Where(g => g.Id == machine.GroupId).Select(g => g.Name).SingleAsync(ct);
        return new JoinResponse
        {
            ClusterId = machine.ClusterId.ToString("D"),
            MachineId = machine.Id.ToString("D"),
            MachineName = machine.Name,
            Group = group,
            Generation = (uint)identity.Generation,
            CertificateChain = { issuing.ChainOf(identity) },
            TrustSet = authority.TrustSet,
            Pending = machine.Status == MachineStatus.Pending,
            ManagerTime = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }
}
