using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>Who ever received which key, as the custody ledger says.</summary>
internal sealed class KeyLedger
{
    private readonly HashSet<(Guid Machine, string Key)>? deliveries;

    private KeyLedger(HashSet<(Guid Machine, string Key)>? deliveries) => this.deliveries = deliveries;

    /// <summary>A ledger by which everybody holds everything: for questions in which keys do not matter.</summary>
    public static KeyLedger Everything { get; } = new(null);

    public static async Task<KeyLedger> ReadAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var rows = await db.KeyDeliveries.AsNoTracking()
            .Where(d => d.ClusterId == clusterId)
            .Select(d => new { d.MachineId, d.PublicKeySha256 })
            .ToListAsync(ct);
        return new KeyLedger([.. rows.Select(r => (r.MachineId, r.PublicKeySha256))]);
    }

    /// <summary>Whether a machine ever received a key.</summary>
    public bool Holds(Guid machine, string publicKeySha256) => deliveries is null || deliveries.Contains((machine, publicKeySha256));
}
