using System.Security.Cryptography;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Enrollment;
using Cluster.Pki.Issuing;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions;

/// <summary>Begins and ends streams: a machine that has its newest assignment, trust set and status already is sent nothing.</summary>
internal sealed class SessionStart(ClusterDatabase database, ControlAuthority authority, ContentCatalog catalog, ForkWatch forks, FleetNews news, StreamPresence presence)
{
    /// <summary>Bundles and parts.</summary>
    public ContentCatalog Catalog => catalog;

    /// <summary>Gives a new stream what the machine lacks.</summary>
    public async Task BeginAsync(AgentConnection connection, Hello hello, SessionOpened opened, CancellationToken ct)
    {
        connection.TrustSetNumber = hello.TrustSetNumber;
        if ((long)hello.TrustSetNumber < authority.Keys.TrustSetNumber) connection.Trust(authority.TrustSet);
        if (hello.Assignment is { } held && await forks.AcceptAsync(connection, held, ct)) connection.Answered((long)held.Number);
        if (opened.Moved) news.Moved([connection.Machine.MachineId]);
        // Reads what changed while the stream was being opened, and what it should have.
        presence.Opened(connection);
    }

    /// <summary>Notes that a stream ended.</summary>
    public void Closed(AgentConnection connection)
    {
        presence.Closed(connection);
        news.Reported([connection.Machine.ClusterId]);
    }

    /// <summary>When the agent should ask for its next identity: at half of its life, spread by a tenth either way.</summary>
    public async Task<DateTimeOffset> RenewAfterAsync(MachinePrincipal machine, CancellationToken ct)
    {
        var identity = await database.ReadAsync(
            (db, token) => db.Identities.Where(i => i.MachineId == machine.MachineId && i.Generation == machine.Generation)
                .Select(i => new { i.IssuedAt, i.NotAfter }).SingleAsync(token),
            ct);
        return IdentityRenewal.At(identity.IssuedAt, identity.NotAfter, RandomNumberGenerator.GetInt32(1000) / 1000.0);
    }

    /// <summary>The order to leave, for the generation that the caller showed.</summary>
    public static SignedRemoval RemovalOf(ControlAuthority authority, MachinePrincipal machine) => authority.Signer.Sign(new Removal
    {
        ClusterId = machine.ClusterId.ToString("D"),
        MachineId = machine.MachineId.ToString("D"),
        Generation = (uint)machine.Generation,
    });
}
