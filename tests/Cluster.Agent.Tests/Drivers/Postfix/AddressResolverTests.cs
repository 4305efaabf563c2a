using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>A resolver of Postfix that answers without end, or slowly, holds nothing else up.</summary>
public sealed class AddressResolverTests : IDisposable
{
    private readonly TestDirectory queue = new("queue");
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(PostfixHost.Cancellation);
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public AddressResolverTests()
    {
        queue.Make("private");
        listener.Bind(new UnixDomainSocketEndPoint(queue["private/rewrite"]));
        listener.Listen();
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
        queue.Dispose();
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("name\0value\0")]
    public async Task An_answer_without_an_end_is_left_at_once(string piece)
    {
        var watch = Stopwatch.StartNew();
        _ = ServeAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 4096))), TimeSpan.Zero);
        await using var resolver = new AddressResolver(queue.Path, PostfixHost.Cancellation);

        var e = await Should.ThrowAsync<IOException>(() => resolver.ResolveAsync("a@a.test"));

        e.Message.ShouldContain("64 KiB");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task All_questions_together_have_a_limit()
    {
        var watch = Stopwatch.StartNew();
        _ = ServeAsync("transport\0smtp\0nexthop\0a.test\0flags\00\0\0"u8.ToArray(), TimeSpan.FromSeconds(1));
        await using var resolver = new AddressResolver(queue.Path, PostfixHost.Cancellation) { RoundLimit = TimeSpan.FromSeconds(3) };

        var e = await Should.ThrowAsync<IOException>(
            async () =>
            {
                for (var i = 0; i < 12; i++) await resolver.ResolveAsync("a@a.test");
            });

        e.Message.ShouldContain("within 3 s");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private async Task ServeAsync(byte[] answer, TimeSpan pause)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync(stop.Token);
                await AnswerAsync(client, answer, pause);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket client, byte[] answer, TimeSpan pause)
    {
        try
        {
            while (true)
            {
                await Task.Delay(pause, stop.Token);
                await client.SendAsync(answer, stop.Token);
            }
        }
        catch (SocketException)
        {
            // It went away.
        }
    }
}
