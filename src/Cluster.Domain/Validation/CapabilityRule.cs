using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>
/// What a target host cannot express is refused, never dropped in silence: each member that needs a feature finds it announced.
/// </summary>
internal static class CapabilityRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var service in machines.Services)
        {
            foreach (var (item, need) in Needs(machines, service))
            {
                if (service.Features.Contains(need.Feature)) continue;
                yield return RawFinding.Error(
                    "unsupported-by-host",
                    item,
                    $"{item.Key.Kind}/{item.Name}: {need.What} cannot be expressed by service '{service.Name}' ({service.Driver}) on "
                        + $"{Machines(machines)}.",
                    "Choose what the service can express, or define the item so that it does not reach these machines.") with
                    { Detail = $"{need.Feature}/{service.Name}", Scope = $"{machines.GroupId}/{machines.CapabilityHash}" };
            }
        }
    }

    private static IEnumerable<(Item Item, Need Need)> Needs(MachineClass machines, ServiceCapabilities service) => KindRegistry.All
        .SelectMany(
            kind => machines.Effective.Of(kind.Kind)
                .Where(i => kind.Reaches(i.Name, service))
                .SelectMany(
                    i => kind.Needs(i.Item.Document!, new NeedContext(machines.Effective, service.Name, i.Name)).Select(n => (i.Item, n))))
        .Distinct();

    private static string Machines(MachineClass machines)
    {
        var names = string.Join(", ", machines.Machines.Take(3).Select(m => m.Name));
        return machines.Machines.Count <= 3 ? names : $"{names} and {machines.Machines.Count - 3} more";
    }
}
