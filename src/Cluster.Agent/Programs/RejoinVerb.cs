using System.CommandLine;
using Cluster.Agent.Apply;
using Cluster.Agent.Enrollment;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Programs;

/// <summary>Brings a host that left back as the machine that it was, proven by its last identity key.</summary>
internal static class RejoinVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "rejoin", "Brings this host back as the machine that it was.\n\nExample:\n  cluster-agent rejoin --token-file -");
        var token = CommonOptions.Required("--token-file", "File with the join token; - reads standard input.");
        var fresh = new Option<bool>("--fresh") { Description = "Start with an empty machine layer instead of the kept one." };
        verb.Options.Add(token);
        verb.Options.Add(fresh);
        var common = new CommonOptions(verb);
        verb.SetAction(async (parsed, ct) =>
        {
            var directory = common.State(parsed);
            return await EnrollVerb.RunAsync(directory, common.Config(parsed), async (identities, owner) =>
            {
                if (identities.Current() is not null)
                    return Speech.Fail(ExitCodes.Conflict, "This host is a machine of a cluster; there is nothing to rejoin.");
                if (identities.Departed() is not { } departed)
                    return Speech.Fail(ExitCodes.Conflict, "This host never left a cluster; use join.");
                if (await TokenFile.ReadAsync(parsed.GetRequiredValue(token), ct) is not { } secret)
                    return Speech.Fail(ExitCodes.Usage, "--token-file: there is no token in it.");
                return await RejoinAsync(
                    directory,
                    identities,
                    owner,
                    new JoinOrder(
                        "",
                        departed.RootPin,
                        secret,
                        departed.MachineName,
                        Observe: false) { Departed = departed, Fresh = parsed.GetValue(fresh) },
                    ct);
            });
        });
        return verb;
    }

    private static async Task<int> RejoinAsync(
        StateDirectory directory, IdentityStore identities, FileOwner? owner, JoinOrder order, CancellationToken ct)
    {
        var trust = new TrustStore(directory.Session, owner).Load();
        var untold = trust is null ? null : await TellAsync(directory, trust, ct);
        var addresses = (trust?.Content.ManagerAddresses ?? []).Append(order.Departed!.JoinedAt).Distinct(StringComparer.OrdinalIgnoreCase);
        var code = ExitCodes.Unreachable;
        foreach (var address in addresses)
        {
            code = await EnrollVerb.EnrollAsync(directory, identities, owner, order with { Manager = address }, ct);
            if (code is not (ExitCodes.Unreachable or ExitCodes.TimedOut)) break;
        }

        return code == ExitCodes.Ok || untold is null
            ? code
            : Speech.Fail(
                code,
                "The manager may not know yet that this host left; where that stays so, an administrator removes the machine, and "
                    + $"rejoin works. Telling it failed: {untold}");
    }

    // A manager that was not told takes nobody back who, for all it knows, never left. It is told once: the next rejoin may find
    // the machine with a new identity, and whoever then came with the old one would look like a copy. That it cannot be told (the
    // identity expired) need not matter: an administrator may have removed the machine.
    private static async Task<string?> TellAsync(StateDirectory directory, TrustedSet trust, CancellationToken ct)
    {
        var store = new ApplyStore(directory);
        if (store.Membership() is not { Left: true, LeaveUntold: true } membership) return null;
        if (await HostDeparture.TellAsync(directory, trust, ct) is { Told: false } untold) return untold.Problem;
        store.Save(membership with { LeaveUntold = false });
        return null;
    }
}
