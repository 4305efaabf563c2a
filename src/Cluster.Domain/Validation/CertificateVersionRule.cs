using Cluster.Contracts.Settings;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>A certificate points to a version that exists, was not destroyed and is not compromised.</summary>
internal static class CertificateVersionRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var (item, settings) in machines.Effective.All<CertificateSettings>(Kinds.Certificates))
        {
            var key = item.Item.Key;
            var content = input.Certificates(key.LevelKind, key.LevelId, key.Name, settings.Version);
            if (content is null || content.Destroyed)
            {
                yield return RawFinding.Error(
                    "certificate-version-missing",
                    item.Item,
                    $"Certificate '{item.Name}' points to version {settings.Version}, which {(content is null ? "does not exist" : "was destroyed")}.",
                    "Point it to a version that exists; the list of versions shows them.") with { Detail = $"{settings.Version}" };
            }
            else if (content.Compromised)
            {
                yield return RawFinding.Error(
                    "certificate-version-compromised",
                    item.Item,
                    $"Certificate '{item.Name}' points to version {settings.Version}, whose key is marked compromised.",
                    "Renew with a new key and point to that version.") with { Detail = $"{settings.Version}" };
            }
        }
    }
}
