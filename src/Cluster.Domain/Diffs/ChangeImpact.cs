using Cluster.Domain.Bundles;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Diffs;

/// <summary>What a change would do to machines.</summary>
public sealed record ChangeImpact
{
    /// <summary>Machines whose bundle differs.</summary>
    public required IReadOnlyList<MachineFacts> Machines { get; init; }

    /// <summary>Services whose part differs; each may be reloaded, which the agent decides by the bytes that it renders.</summary>
    public required IReadOnlyList<ServiceImpact> Services { get; init; }

    /// <summary>Keys that would reach machines which never held them.</summary>
    public required IReadOnlyList<ReleasedKey> KeysReleased { get; init; }

    /// <summary>Compares the bundles that both configurations give.</summary>
    /// <param name="before">Configuration now.</param>
    /// <param name="after">Configuration with the change.</param>
    /// <param name="certificates">Contents of certificates.</param>
    /// <param name="holds">Whether the custody ledger says that a machine ever received a key.</param>
    public static ChangeImpact Of(
        ResolvedConfiguration before, ResolvedConfiguration after, CertificateLookup certificates, Func<Guid, string, bool> holds)
    {
        var old = Bundles(before, certificates);
        var machines = new List<MachineFacts>();
        var services = new List<ServiceImpact>();
        var keys = new List<ReleasedKey>();
        foreach (var (machine, bundle) in Bundles(after, certificates).Values.OrderBy(b => b.Machine.Name, StringComparer.Ordinal))
        {
            if (old[machine.Id].Bundle.Sha256 == bundle.Sha256) continue;
            machines.Add(machine);
            var oldParts = old[machine.Id].Bundle.Parts.ToDictionary(p => p.Service, p => p.Sha256);
            services.AddRange(
                bundle.Parts.Where(p => oldParts.GetValueOrDefault(p.Service) != p.Sha256)
                    .Select(p => new ServiceImpact(machine, p.Service)));
            keys.AddRange(
                bundle.Parts.SelectMany(p => p.Keys)
                    .Distinct()
                    .Where(key => !holds(machine.Id, key))
                    .Select(key => new ReleasedKey(machine, key)));
        }

        return new ChangeImpact { Machines = machines, Services = services, KeysReleased = keys };
    }

    private static Dictionary<Guid, (MachineFacts Machine, BuiltBundle Bundle)> Bundles(
        ResolvedConfiguration configuration, CertificateLookup certificates) =>
        configuration.Classes
            .Where(c => c.Machines.Count > 0)
            .SelectMany(c =>
            {
                var bundle = BundleBuilder.Build(c.Effective, c.Services, certificates);
                return c.Machines.Select(m => (Machine: m, Bundle: bundle));
            })
            .ToDictionary(b => b.Machine.Id);
}

/// <summary>A service whose part differs.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Service">Name of the service.</param>
public sealed record ServiceImpact(MachineFacts Machine, string Service);

/// <summary>A key that would reach a machine for the first time.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="PublicKeySha256">Names the key.</param>
public sealed record ReleasedKey(MachineFacts Machine, string PublicKeySha256);
