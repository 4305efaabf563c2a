using Cluster.Contracts.Settings;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>A certificate points to a version that exists, was not destroyed and is not compromised.</summary>
public static class CertificateVersionRule
{
    /// <summary>Code of the finding about a version whose key is compromised.</summary>
    public const string Compromised = "certificate-version-compromised";

    /// <summary>What to do about it.</summary>
    public const string CompromisedHint = "Renew with a new key and point to that version.";

    /// <summary>What is wrong with it.</summary>
    public static string CompromisedMessage(string name, int version) =>
        $"Certificate '{name}' points to version {version}, whose key is marked compromised.";

    internal static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var (item, settings) in machines.Effective.All<CertificateSettings>())
        {
            var key = item.Item.Key;
            var content = input.Certificates(key.LevelKind, key.LevelId, key.Name, settings.Version);
            if (content is null || content.Destroyed)
            {
                yield return RawFinding.Error(
                    "certificate-version-missing",
                    item.Item,
                    $"Certificate '{item.Name}' points to version {settings.Version}, which "
                        + $"{(content is null ? "does not exist" : "was destroyed")}.",
                    "Point it to a version that exists; the list of versions shows them.") with { Detail = $"{settings.Version}" };
            }
            else if (content.Compromised)
            {
                yield return RawFinding.Error(
                    Compromised,
                    item.Item,
                    CompromisedMessage(item.Name, settings.Version),
                    CompromisedHint) with { Detail = $"{settings.Version}" };
            }
        }
    }
}
