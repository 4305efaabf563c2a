using Cluster.Agent.Configuration;
using Cluster.Agent.Enrollment;
using Cluster.Agent.Link;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Apply;

/// <summary>How a host leaves: by its own verb, or by a signed removal. Services and everything that they need stay.</summary>
internal sealed class HostDeparture(
    StateDirectory directory, HostState state, SessionSupervisor session, LocalFile local, CancellationTokenSource ending)
{
    // The verb that asked to leave, or whoever asks meanwhile, still gets an answer.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(300);

    /// <summary>Notes how the session stands, and the newest generation of the identity.</summary>
    public void Note(SessionReport report)
    {
        state.Note(report);
        if (state.Membership is not { Left: false } membership || report.Generation <= membership.Generation) return;
        try
        {
            state.Save(membership with { Generation = report.Generation });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The session says it again with its next report; until then assignments for the new generation are refused.
        }
    }

    /// <summary>A signed order to leave has come.</summary>
    public void Removed()
    {
        try
        {
            Depart(untold: false);
            ending.CancelAfter(AnswerTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It goes on as a member that is refused, and gets the order again with the next connection.
        }
    }

    /// <summary>The host's administrator wants to leave.</summary>
    public async Task<ControlReply> LeaveAsync(bool offline, CancellationToken ct)
    {
        if (state.Membership is null) return new ControlReply { ExitCode = ExitCodes.Conflict, Message = "The host is in no cluster." };
        if (!offline)
        {
            var told = await TellAsync(ct);
            if (!told.Told && state.Membership is not { Left: true })
            {
                return new ControlReply
                {
                    ExitCode = told.Refused ? ExitCodes.NotAllowed : ExitCodes.Unreachable,
                    Message = $"{told.Problem} Nothing changed; 'leave --offline' leaves without the manager.",
                };
            }
        }

        try
        {
            Depart(untold: offline);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ControlReply
            {
                ExitCode = ExitCodes.Failure,
                Message = $"The departure could not be saved: {e.Message}. Try again."
            };
        }

        ending.CancelAfter(AnswerTime);
        return new ControlReply { ExitCode = ExitCodes.Ok, Status = HostSummary.Of(state, local, running: false) };
    }

    /// <summary>A host that left without telling tells it now, once.</summary>
    public async Task TellIfUntoldAsync(CancellationToken ct)
    {
        if (state.Membership is not { LeaveUntold: true } membership || state.Trust is not { } trust) return;
        if (await TellAsync(directory, trust, ct) is { Told: true }) state.Save(membership with { LeaveUntold = false });
    }

    /// <summary>Tells a manager with the departed identity.</summary>
    public static async Task<LeaveReply> TellAsync(StateDirectory directory, TrustedSet trust, CancellationToken ct)
    {
        try
        {
            var identities = new IdentityStore(directory, owner: null);
            return identities.Departed() is { } identity
                ? await Leaving.TellAnyAsync(identity, trust, TimeProvider.System, ct)
                : new LeaveReply(false, "The identity of the last membership is missing on this host.");
        }
        catch (DamagedStateException e)
        {
            return new LeaveReply(false, e.Message);
        }
    }

    // The order to leave that the call brings about may end this process before the call's own answer is here.
    private async Task<LeaveReply> TellAsync(CancellationToken ct)
    {
        try
        {
            return await session.TellLeaveAsync(ct);
        }
        catch (OperationCanceledException) when (state.Membership is { Left: true })
        {
            return new LeaveReply(true, "");
        }
    }

    /// <summary>Ends a departure that a crash cut between its two files; safe to repeat.</summary>
    public void Finish() => new IdentityStore(directory, owner: null).Depart();

    private void Depart(bool untold)
    {
        if (state.Membership is not { Left: true }) state.Save(state.Membership! with { Left = true, LeaveUntold = untold });
        new IdentityStore(directory, owner: null).Depart();
    }
}
