using Cluster.Contracts.Certificates;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.ChangeSets;
using Cluster.Storage.Access;
using Cluster.Storage.Certificates;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Installation;
using Cluster.Storage.Rollouts;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage;

/// <summary>Everything that an installation stores. Features query it directly, through named query extensions.</summary>
public abstract class ClusterDbContext(DbContextOptions options) : DbContext(options)
{
    private WriteUnit? unit;

    /// <summary>The installation's one row.</summary>
    public DbSet<InstallationRecord> Installations => Set<InstallationRecord>();

    /// <summary>Leases of running managers.</summary>
    public DbSet<ManagerLease> ManagerLeases => Set<ManagerLease>();

    /// <summary>Certificates and keys of the control CA.</summary>
    public DbSet<ControlCertificate> ControlCertificates => Set<ControlCertificate>();

    /// <summary>Signed trust sets.</summary>
    public DbSet<TrustSetRecord> TrustSets => Set<TrustSetRecord>();

    public DbSet<ManagedCluster> Clusters => Set<ManagedCluster>();

    public DbSet<MachineGroup> Groups => Set<MachineGroup>();

    public DbSet<ItemVersion> Items => Set<ItemVersion>();

    /// <summary>Documents by hash.</summary>
    public DbSet<StoredDocument> Documents => Set<StoredDocument>();

    public DbSet<RevisionRecord> Revisions => Set<RevisionRecord>();

    public DbSet<ChangeSetRecord> ChangeSets => Set<ChangeSetRecord>();

    /// <summary>Staged edits.</summary>
    public DbSet<ChangeSetEdit> ChangeSetEdits => Set<ChangeSetEdit>();

    public DbSet<CertificateVersion> CertificateVersions => Set<CertificateVersion>();

    /// <summary>Sealed private keys.</summary>
    public DbSet<StoredKey> Keys => Set<StoredKey>();

    public DbSet<SigningRequestRecord> SigningRequests => Set<SigningRequestRecord>();

    /// <summary>Custody ledger.</summary>
    public DbSet<KeyDelivery> KeyDeliveries => Set<KeyDelivery>();

    public DbSet<Machine> Machines => Set<Machine>();

    public DbSet<MachineIdentity> Identities => Set<MachineIdentity>();

    /// <summary>Newest reports of machines.</summary>
    public DbSet<MachineReport> Reports => Set<MachineReport>();

    public DbSet<JoinToken> JoinTokens => Set<JoinToken>();

    /// <summary>Redemptions of join tokens.</summary>
    public DbSet<JoinRedemption> JoinRedemptions => Set<JoinRedemption>();

    public DbSet<DesiredAssignment> Desired => Set<DesiredAssignment>();

    /// <summary>Bundles and parts by hash.</summary>
    public DbSet<StoredContent> Contents => Set<StoredContent>();

    public DbSet<RolloutRecord> Rollouts => Set<RolloutRecord>();

    public DbSet<RolloutMachine> RolloutMachines => Set<RolloutMachine>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    /// <summary>Answers kept for idempotency.</summary>
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();

    /// <summary>The unit of work that this context writes in.</summary>
    /// <exception cref="InvalidOperationException">The context only reads.</exception>
    public WriteUnit Unit => unit ?? throw new InvalidOperationException("This context is read-only; use ClusterDatabase.WriteAsync.");

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        _ = Unit;
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <inheritdoc/>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException("Save asynchronously.");

    /// <summary>Whether a revision can be kept in memory: it is committed, whatever becomes of the unit that asks.</summary>
    public bool IsCommitted(Guid clusterId, long revision) => unit is null || unit.IsCommitted(clusterId, revision);

    internal WriteUnit Begin(IDatabaseDialect dialect, IWriteGuard guard) => unit = new WriteUnit(this, dialect, guard);

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ClusterDbContext).Assembly);
        SnakeCase.Apply(modelBuilder);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        StoreAsText<LevelKind>(configurationBuilder);
        StoreAsText<ChangeSetState>(configurationBuilder);
        StoreAsText<EditKind>(configurationBuilder);
        StoreAsText<MachineStatus>(configurationBuilder);
        StoreAsText<MachineMode>(configurationBuilder);
        StoreAsText<ControlRole>(configurationBuilder);
        StoreAsText<CertificateSource>(configurationBuilder);
        StoreAsText<KeyCustody>(configurationBuilder);
        StoreAsText<SigningRequestState>(configurationBuilder);
        StoreAsText<RolloutState>(configurationBuilder);
        StoreAsText<RolloutMachineState>(configurationBuilder);
        StoreAsText<RolloutStrategy>(configurationBuilder);
        StoreAsText<Atomicity>(configurationBuilder);
    }

    /// <summary>Stores an enum by the wire names of its members.</summary>
    protected virtual void StoreAsText<T>(ModelConfigurationBuilder builder)
        where T : struct, Enum => builder.Properties<T>().HaveConversion<WireNameConverter<T>>().HaveMaxLength(Lengths.State);
}
