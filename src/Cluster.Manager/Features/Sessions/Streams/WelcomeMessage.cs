using System.Security.Cryptography;
using Cluster.Manager.Features.Fleet;
using Cluster.Pki.Issuing;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Makes the answer to Hello.</summary>
internal sealed class WelcomeMessage(ClusterDatabase database, SessionLimits limits, TimeProvider clock)
{
    /// <summary>Makes it for a stream whose opening is durable.</summary>
    public async Task<ManagerMessage> MakeAsync(MachinePrincipal machine, SessionOpened opened, CancellationToken ct)
    {
        var renewAfter = await RenewAfterAsync(machine, ct);
        var welcome = new Welcome
        {
            Protocol = ProtocolLimits.Version,
            HeartbeatSeconds = (uint)limits.HeartbeatSeconds,
            ManagerTime = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ReconnectSpreadSeconds = (uint)limits.ReconnectSpreadSeconds,
            StatusSequence = opened.StatusSequence,
            Notice = opened.Block.ToNotice(),
            RenewAfter = renewAfter.ToUnixTimeMilliseconds(),
        };
        return new ManagerMessage { Welcome = welcome };
    }

    // At half of the identity's life, spread by a tenth, so that hosts that joined together do not renew together.
    private async Task<DateTimeOffset> RenewAfterAsync(MachinePrincipal machine, CancellationToken ct)
    {
        var identity = await database.ReadAsync(
            (db, token) => db.Identities.Where(i => i.MachineId == machine.MachineId && i.Generation == machine.Generation)
                .Select(i => new { i.IssuedAt, i.NotAfter }).SingleAsync(token),
            ct);
        return IdentityRenewal.At(identity.IssuedAt, identity.NotAfter, RandomNumberGenerator.GetInt32(1000) / 1000.0);
    }
}
