namespace Cluster.Storage.Units;

/// <summary>
/// Something that belongs into the next unit that this flow of control commits, whoever runs it: the record of an idempotency
/// key, for example. It runs in the transaction, after the unit's own work and before the commit.
/// </summary>
public abstract class UnitCompanion
{
    private static readonly AsyncLocal<UnitCompanion?> Ambient = new();

    /// <summary>The companion of this flow of control; null = none.</summary>
    public static UnitCompanion? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Joins a unit that is about to commit. An exception rolls the unit back.</summary>
    public abstract Task JoinAsync(ClusterDbContext db, CancellationToken ct);
}
