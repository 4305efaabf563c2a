using System.CommandLine;
using Cluster.Agent.Apply;
using Cluster.Agent.Enrollment;
using Cluster.Agent.State;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Programs;

/// <summary>Takes this host out of its cluster; its services go on with what they have.</summary>
internal static class LeaveVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "leave",
            "Takes this host out of its cluster; services go on, and everything that they need stays.\n\nExamples:\n  cluster-agent "
                + "leave\n  cluster-agent leave --offline");
        var offline = new Option<bool>("--offline")
        {
            Description = "Leave although no manager can be told; it is told later, by another leave or at the next start."
        };
        verb.Options.Add(offline);
        var common = new CommonOptions(verb);
        verb.SetAction(async (parsed, ct) =>
        {
            var directory = common.State(parsed);
            var asked = new ControlRequest { Verb = "leave", Offline = parsed.GetValue(offline) };
            if (await ControlClient.TryAskAsync(directory, asked, ct) is { } answer)
                return answer.ExitCode == ExitCodes.Ok ? Left() : Speech.Fail(answer.ExitCode, answer.Message);
            try
            {
                using var held = StateLock.TryTake(directory);
                return held is null
                    ? Speech.Fail(ExitCodes.Conflict, "An agent runs with this state directory, but does not answer.")
                    : await LeaveAsync(directory, asked.Offline, ct);
            }
            catch (Exception e) when (e is DamagedStateException or IOException or UnauthorizedAccessException)
            {
                return Speech.Fail(e);
            }
        });
        return verb;
    }

    private static async Task<int> LeaveAsync(StateDirectory directory, bool offline, CancellationToken ct)
    {
        var store = new ApplyStore(directory);
        var identities = new IdentityStore(directory, owner: null);
        var trust = new TrustStore(directory.Apply, owner: null).Load();
        if (store.Membership() is not { } membership || trust is null)
            return Speech.Fail(ExitCodes.Conflict, "This host is in no cluster.");
        if (membership.Left) identities.Depart();
        if (membership is { Left: true, LeaveUntold: false })
            return Speech.Fail(ExitCodes.Conflict, "This host has already left its cluster.");
        if (!offline)
        {
            var told = membership.Left
                ? await HostDeparture.TellAsync(directory, trust, ct)
                : await TellAsync(identities, trust, ct);
            if (!told.Told)
                return Speech.Fail(
                    told.Refused ? ExitCodes.NotAllowed : ExitCodes.Unreachable,
                    $"{told.Problem} Nothing changed; 'leave --offline' leaves without the manager.");
        }

        store.Save(membership with { Left = true, LeaveUntold = offline });
        identities.Depart();
        return Left();
    }

    private static int Left()
    {
        Console.WriteLine("Left. Services go on with what they have; 'rejoin' brings this host back.");
        return ExitCodes.Ok;
    }

    private static async Task<Link.LeaveReply> TellAsync(IdentityStore identities, TrustedSet trust, CancellationToken ct)
    {
        if ((identities.Next() ?? identities.Current()) is not { } identity)
            return new Link.LeaveReply(false, "The identity is missing on this host.");
        return await Leaving.TellAnyAsync(identity, trust, TimeProvider.System, ct);
    }
}
