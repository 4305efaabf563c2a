using Cluster.Agent.Link;
using Cluster.Protocol.V1;

namespace Cluster.Agent.Session;

/// <summary>What the apply process has told the session process: the whole state, and single messages for the manager.</summary>
internal sealed class SessionFeed
{
    private readonly Lock gate = new();
    private readonly Queue<AgentMessage> messages = new();
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Heartbeat? state;

    /// <summary>Done when the first state is here.</summary>
    public Task Ready => first.Task;

    /// <summary>The newest state.</summary>
    /// <exception cref="InvalidOperationException">None has come yet.</exception>
    public Heartbeat State
    {
        get
        {
            lock (gate) return state ?? throw new InvalidOperationException("No state has been reported yet.");
        }
    }

    /// <summary>Replaces the state.</summary>
    public void Take(Heartbeat newest)
    {
        lock (gate) state = newest;
        first.TrySetResult();
        Notify();
    }

    /// <summary>Queues a message for the open stream.</summary>
    public void Take(AgentMessage message)
    {
        lock (gate) messages.Enqueue(message);
        Notify();
    }

    /// <summary>Drops messages that were meant for an earlier stream.</summary>
    public void DropMessages()
    {
        lock (gate) messages.Clear();
    }

    /// <summary>The next message; null when there is none.</summary>
    public AgentMessage? NextMessage()
    {
        lock (gate) return messages.TryDequeue(out var message) ? message : null;
    }

    /// <summary>Done at the next news after this call.</summary>
    public Task NewsAsync()
    {
        lock (gate) return news.Task;
    }

    private void Notify()
    {
        TaskCompletionSource before;
        lock (gate) (before, news) = (news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        before.TrySetResult();
    }
}

/// <summary>How a stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>It broke, or could not be opened.</summary>
    Broken,

    /// <summary>The manager refused the identity.</summary>
    Refused,

    /// <summary>The manager asks to reconnect later or elsewhere.</summary>
    Drained,

    /// <summary>There is a newer identity: reconnect with it at once.</summary>
    Renewed,

    /// <summary>A removal has come; the apply process decides.</summary>
    Removed,
}

/// <summary>How a stream ended, how long it lasted, and why.</summary>
/// <param name="End">How.</param>
/// <param name="Lasted">From Welcome on; zero when there was none.</param>
/// <param name="Problem">For people.</param>
/// <param name="RetryAfter">What the manager asked for; null = nothing.</param>
internal sealed record StreamOutcome(StreamEnd End, TimeSpan Lasted, string Problem, TimeSpan? RetryAfter = null);
