using System.Diagnostics;
using System.Text;
using Cluster.Agent.Apply;
using Cluster.Agent.Link;
using Cluster.Agent.State;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What an unprivileged session process can say or leave undone ends that process at most, never the one that applies.</summary>
public sealed class SessionSupervisorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TestDirectory directory = new("supervisor");
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(nameof(LinkFrameKind.Report), "bad")]
    [InlineData(nameof(LinkFrameKind.Report), "{}")]
    [InlineData(nameof(LinkFrameKind.Report), "{\"connected\":true,\"clockSkewSeconds\":\"much\"}")]
    [InlineData(nameof(LinkFrameKind.LeaveReply), "[")]
    [InlineData(nameof(LinkFrameKind.FromManager), "bad")]
    public async Task A_frame_that_cannot_be_read_ends_that_session_only(string kind, string payload)
    {
        var supervisor = Make(Says(Enum.Parse<LinkFrameKind>(kind), payload));
        await UntilStartedAgainAsync(supervisor);
    }

    /// <summary>What a session says of the clocks, and what is made of it.</summary>
    [Theory]
    [InlineData("1e13", 0)]
    [InlineData("3e11", 0)]
    [InlineData("-3e11", 0)]
    [InlineData("1e999", 0)]
    [InlineData("90000", 0)]
    [InlineData("-86400", -86400)]
    [InlineData("5.5", 5.5)]
    public async Task A_difference_of_clocks_that_cannot_be_true_is_ignored(string said, double seconds)
    {
        using var side = new ApplySide();
        side.Take(Offers.Offer(a => a.ConfirmDeadline = 1, ("mail", side.Part("new", here: true).Sha256)));
        var supervisor = Make(Says(LinkFrameKind.Report, $"{{\"connected\":true,\"clockSkewSeconds\":{said}}}"));
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        supervisor.Reported += side.Reconciler.Note;
        supervisor.Reported += r => _ = r.Connected && told.TrySetResult();
        using var ending = new CancellationTokenSource();
        var running = supervisor.RunAsync(ending.Token);
        await told.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        side.Reconciler.ClockSkew.ShouldBe(TimeSpan.FromSeconds(seconds));
        side.Reconciler.InForce().ShouldNotBeNull();
        await ending.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Whatever_a_listener_throws_ends_that_session_only()
    {
        var supervisor = Make(Says(LinkFrameKind.Report, "{\"connected\":true}"));
        supervisor.Reported += r => _ = r.Connected ? throw new OverflowException("of a listener") : 0;
        await UntilStartedAgainAsync(supervisor);
    }

    [Fact]
    public async Task A_session_that_does_not_read_is_ended_and_nothing_piles_up_for_it()
    {
        var supervisor = Make("exec sleep 600");
        var large = new AgentMessage { ContentRequest = new ContentRequest { Parts = { ByteString.CopyFrom(new byte[64 * 1024]) } } };
        supervisor.Started += () =>
        {
            for (var i = 0; i < 1000; i++) supervisor.Send(large);
        };
        await UntilStartedAgainAsync(supervisor);
    }

    [Fact]
    public async Task States_that_a_session_did_not_read_in_time_give_way_to_the_newest()
    {
        var read = directory["read"];
        // The output stays open beside: a session whose output ends has ended.
        var supervisor = Make($"while [ ! -e {directory["go"]} ]; do sleep 0.1; done; exec cat 3>&1 > {read}");
        using var ending = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        supervisor.Started += () => started.TrySetResult();
        var running = supervisor.RunAsync(ending.Token);
        await started.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var refusal = new OfferRefusal { Message = new string('x', 4096) };
        foreach (var n in Enumerable.Range(1, 500)) supervisor.SendState(new Heartbeat { TrustSetNumber = (ulong)n, Refusal = refusal });
        await File.WriteAllTextAsync(directory["go"], "", TestContext.Current.CancellationToken);

        var states = await Eventually.Has(
            async () => await StatesAsync(await File.ReadAllBytesAsync(read, TestContext.Current.CancellationToken)),
            s => s.Contains(500),
            "the newest state is read");

        states.Count.ShouldBeLessThan(100);
        await ending.CancelAsync();
        await running;
    }

    // The last one may not be there whole yet.
    private static async Task<List<ulong>> StatesAsync(byte[] frames)
    {
        List<ulong> states = [];
        using var link = new LinkStream(new MemoryStream(frames), Stream.Null);
        while (await link.ReadAsync(CancellationToken.None) is { } frame)
            states.Add(Heartbeat.Parser.ParseFrom(frame.Payload.Span).TrustSetNumber);
        return states;
    }

    private async Task UntilStartedAgainAsync(SessionSupervisor supervisor)
    {
        var starts = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        supervisor.Started += () =>
        {
            if (Interlocked.Increment(ref starts) > 1) again.TrySetResult();
        };
        using var ending = new CancellationTokenSource();
        var running = supervisor.RunAsync(ending.Token);
        await Eventually.Is(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(15));
                return again.Task.IsCompleted || running.IsCompleted;
            },
            "its process is started again, or it has ended");
        var isStartedAgain = again.Task.IsCompleted;
        await ending.CancelAsync();
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        isStartedAgain.ShouldBeTrue();
    }

    // A frame, and then it waits for its end as a session does.
    private string Says(LinkFrameKind kind, string payload)
    {
        var file = directory["frame"];
        using var stream = File.Create(file);
        using var link = new LinkStream(Stream.Null, stream);
        link.WriteAsync(kind, Encoding.UTF8.GetBytes(payload), CancellationToken.None).GetAwaiter().GetResult();
        return $"cat {file}; exec cat > /dev/null";
    }

    private SessionSupervisor Make(string script) =>
        new(new StateDirectory(directory["state"]), null, clock, NullLogger.Instance)
        {
            Program = () => new ProcessStartInfo("/bin/sh", ["-c", script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
}
