using System.Text.Json;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// The demo certificate that every cluster begins with: it encrypts, but nobody can verify it, and findings say so wherever it is
/// bound.
/// </summary>
internal sealed class DemoCertificate(KeyVault vault, VersionRows versions, TimeProvider clock)
{
    public const string Name = "demo";

    // Long, so that a lab does not stop one day; no name that could be somebody's (RFC 2606).
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);
    private const string HostName = "demo.invalid";

    /// <summary>Adds it to a cluster that is being made: like the first group, it exists from revision 0 on.</summary>
    public async Task AddAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var subject = new SubjectName { CommonName = HostName, OrganizationalUnit = SelfSigned.DemoUnit };
        if (RequestedNames.Check(subject, [HostName], null, out var names) is { Count: > 0 })
            throw new InvalidOperationException("The names of the demo certificate are refused.");
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = SelfSigned.Create(key, names!, now, Life);
        await vault.StoreAsync(db, clusterId, key, ct);
        var level = new ItemLevel(LevelKind.Cluster, clusterId, LevelName.Cluster, null, Writable: true);
        var version = await versions.AddAsync(db, clusterId, level, Name, new NewVersion(CertificateSource.Demo, leaf, []), ct);
        var document = SettingsDocument.Of(new CertificateSettings { Version = version.Number });
        await RevisionWriter.AddDocumentsAsync(db, [document], ct);
        db.Items.Add(new ItemVersion
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = clusterId,
            LevelKind = level.Kind,
            LevelId = level.Id,
            Kind = CertificateSettings.Kind,
            Name = Name,
            NormalizedName = Name,
            DocumentHash = document.Hash,
            FromRevision = 0,
        });
    }
}
