using System.Net.Sockets;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>Routes that cannot be read, or cannot be told apart, are said to be that, and nothing else.</summary>
public sealed class RouteReaderTests : IAsyncLifetime
{
    private const string Domain = "xn--bcher-kva.example";
    private static readonly ServicePart Part = Parts.Empty.WithDestination(Domain, DestinationTls.Required);
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() =>
        host = await PostfixHost.StoppedAsync(
            new PostfixOptions { Listeners = [], Routes = new Dictionary<string, string> { [Domain] = "127.0.0.1:1" } });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_resolver_that_gives_no_answer_is_no_fault_of_the_disk()
    {
        using var rewrite = Listen();
        var closing = CloseAsync(rewrite);

        await IsNotReadAsync("trivial-rewrite");

        rewrite.Close();
        await closing;
    }

    [Fact]
    public async Task Options_that_Postfix_does_not_report_are_no_fault_of_the_disk()
    {
        host.Runner.Before = line => Task.FromResult(
            line.EndsWith(" -Px", StringComparison.Ordinal) ? new ProcessResult(1, "", "postconf: fatal: bad line") : null);

        await IsNotReadAsync("bad line", "postconf");
    }

    [Theory]
    [InlineData("smtp:[127.0.0.1]:2", true)]
    [InlineData("smtp:[127.0.0.1]:1", false)]
    public async Task Two_routes_of_one_domain_are_named(string other, bool refused)
    {
        await File.AppendAllTextAsync(
            Path.Combine(host.Postfix.ConfigDirectory, "transport"), $"b\u00fccher.example {other}\n", PostfixHost.Cancellation);

        var message = (await host.Driver.StageAsync(Part, host.Parts, PostfixHost.Cancellation)).Failure?.Message ?? "";

        var said = $"has two different routes for {Domain} (in its A-label and U-label forms). Make them the same.";
        message.Contains(said, StringComparison.Ordinal).ShouldBe(refused, message);
        message.ShouldNotContain("cannot be listed");
    }

    private async Task IsNotReadAsync(params string[] named)
    {
        var failure = (await host.Driver.StageAsync(Part, host.Parts, PostfixHost.Cancellation)).Failure.ShouldNotBeNull();
        (failure.Code, failure.Kind, failure.Check).ShouldBe((ApplyCodes.LookupFailed, ApplyFailureKind.Transient, "validation"));
        foreach (var word in named) failure.Message.ShouldContain(word);
    }

    private Socket Listen()
    {
        var path = Path.Combine(host.Postfix.Root, "spool", "private", "rewrite");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private static async Task CloseAsync(Socket listener)
    {
        try
        {
            while (true) (await listener.AcceptAsync(PostfixHost.Cancellation)).Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
