using Cluster.Contracts.Certificates;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>
/// A certificate that no setting of any machine uses is renewed and watched for nothing. Layers of departed machines wait for
/// their return and are left out.
/// </summary>
internal static class UnusedCertificateRule
{
    /// <summary>Code of its findings.</summary>
    public const string Code = "certificate-unused";

    public static IEnumerable<RawFinding> Check(IReadOnlyList<MachineClass> classes, ValidationInput input)
    {
        var used = new HashSet<ItemKey>();
        foreach (var machines in classes)
        {
            foreach (var binding in CertificateBinding.Of(machines.Effective))
            {
                if (machines.Effective.Find<CertificateSettings>(binding.CertificateName) is { } found) used.Add(found.Item.Key);
            }
        }

        var present = input.Fleet.Machines.Select(m => m.Id).ToHashSet();
        return input.Snapshot.Items
            .Where(
                i => !i.Hidden
                    && i.Key.Is<CertificateSettings>()
                    && !used.Contains(i.Key)
                    && (i.Key.LevelKind != LevelKind.Machine || present.Contains(i.Key.LevelId)))
            .Where(i => !IsDemo(i, input))
            .SelectMany(i => input.Memory is { } memory ? memory.Of(i, Code, null, () => [Unused(i)]) : [Unused(i)]);
    }

    private static RawFinding Unused(Item item) => new(
        Code,
        Contracts.Findings.FindingSeverity.Info,
        item.Key,
        item.Name,
        $"Certificate '{item.Name}' is used by no other setting.",
        "Name it where it shall be used, or delete it.");

    // Every cluster begins with it, and it had better stay unused.
    private static bool IsDemo(Item item, ValidationInput input) =>
        input.Certificates(
            item.Key.LevelKind,
            item.Key.LevelId,
            item.Key.Name,
            item.Document!.Read<CertificateSettings>().Version)?.Source == CertificateSource.Demo;
}
