using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Bundles;

/// <summary>
/// Makes what a machine is given: one part a service, of the kinds that it announces, with only what these settings refer to.
/// </summary>
public static class BundleBuilder
{
    /// <summary>Builds the bundle; equal input gives equal bytes.</summary>
    public static BuiltBundle Build(
        EffectiveConfiguration effective, IReadOnlyCollection<ServiceCapabilities> services, CertificateLookup certificates)
    {
        var parts = services.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => BuildPart(effective, s, certificates)).ToList();
        var bundle = new Bundle
        {
            SchemaVersion = Bundle.CurrentSchema,
            Parts = [.. parts.Select(p => new BundlePart { Service = p.Service, Sha256 = p.Sha256 })],
        };
        var bytes = CanonicalJson.ToBytes(JsonSerializer.SerializeToElement(bundle, ContractsJson.Default.Bundle));
        return new BuiltBundle(bytes, CanonicalJson.Sha256(bytes), parts);
    }

    private static BuiltPart BuildPart(EffectiveConfiguration effective, ServiceCapabilities service, CertificateLookup certificates)
    {
        var part = PartContent.Gather(effective, service, certificates);
        var bytes = CanonicalJson.ToBytes(JsonSerializer.SerializeToElement(part, ContractsJson.Default.ServicePart));
        var keys = part.Certificates.Values.Select(c => c.PublicKeySha256).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new BuiltPart(service.Name, bytes, CanonicalJson.Sha256(bytes), [.. keys]);
    }
}
