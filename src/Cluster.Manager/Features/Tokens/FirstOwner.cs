using Cluster.Contracts.Access;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Startup;
using Cluster.Storage;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Features.Tokens;

/// <summary>The token with which the first operator works: made with the installation, left in DIR/admin.token.</summary>
internal sealed class FirstOwner(ManagerOptions options, TokenMaking tokens, AuditTrail audit) : IInstallationPart, IStartupNote
{
    private const string FileName = "admin.token";

    private readonly OwnerTokenFile file = new(options.PathOf(FileName));

    /// <inheritdoc/>
    public string Label => "Owner";

    /// <inheritdoc/>
    public string Text => $"token in {options.PathOf(FileName)}";

    /// <inheritdoc/>
    public async Task AddAsync(ClusterDbContext db, CancellationToken ct)
    {
        tokens.Add(db, TokenMaking.FirstName, [new ClusterGrant(null, Role.Owner, ExportKeys: true)], null, file.Secret());
        await db.SaveChangesAsync(ct);
        await audit.AppendAsync(db, new AuditEntry(null, "cluster-manager", "installation.create", "installation"), ct);
    }

    /// <inheritdoc/>
    public void Withdraw() => file.Withdraw();
}
