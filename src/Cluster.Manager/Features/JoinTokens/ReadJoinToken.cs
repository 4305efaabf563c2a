using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Problems;
using Cluster.Pki.Names;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>A request for a join token that fits.</summary>
/// <param name="Asked">The request.</param>
/// <param name="Machine">Name of the machine as compared; null = any.</param>
/// <param name="Life">How long it lives.</param>
/// <param name="Uses">How many machines may join with it.</param>
internal sealed record ReadJoinToken(JoinTokenCreate Asked, string? Machine, TimeSpan Life, int Uses)
{
    private const int MostUses = 10_000;
    private const int MostNetworks = 64;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    /// <summary>Checks everything that needs no database.</summary>
    public static Outcome<ReadJoinToken> Read(JoinTokenCreate asked)
    {
        var errors = new List<FieldError>();
        var life = DurationRules.Read(asked.Ttl, ShortestLife, LongestLife, "/ttl", errors) ?? DefaultLife;
        var uses = asked.Uses ?? 1;
        if (uses is < 1 or > MostUses) errors.Add(new FieldError("/uses", FieldErrorCodes.Range, $"Give 1 to {MostUses}."));
        string? machine = null;
        if (asked.Machine is { } name)
        {
            var read = JoinRequests.ReadName(name);
            if (read.Succeeded) machine = read.Value;
            else errors.Add(MachineNameError.At("/machine"));
        }

        if (asked.Restore is not null && (asked.Machine is not null || asked.Group is not null))
            errors.Add(
                new FieldError(
                    "/restore",
                    FieldErrorCodes.Exclusive,
                    "A token for a departed machine takes its name and group from that machine; leave out machine and group."));
        if ((asked.Machine is not null || asked.Restore is not null) && uses > 1)
            errors.Add(new FieldError("/uses", FieldErrorCodes.OneMachine, "A token for one machine has one use."));
        errors.AddRange(CheckNetworks(asked.From ?? []));
        return errors.Count > 0 ? CommonFailures.Invalid(errors) : new ReadJoinToken(asked, machine, life, uses);
    }

    private static IEnumerable<FieldError> CheckNetworks(IReadOnlyList<string> networks)
    {
        if (networks.Count > MostNetworks) yield return new FieldError(
            "/from", FieldErrorCodes.Count, $"Give at most {MostNetworks} networks.");
        for (var i = 0; i < networks.Count; i++)
        {
            if (!IpAddressText.TryReadNetwork(networks[i], out _))
                yield return new FieldError(
                    $"/from/{i}",
                    FieldErrorCodes.Network,
                    "Write a network as address/length with no host bits, for example 192.0.2.0/24 or 2001:db8::/32.");
        }
    }
}
