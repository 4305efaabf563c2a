using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>Transports of a real Postfix whose options stand in master.cf in a form that only its daemons understand.</summary>
public sealed class OddOptionTests : IAsyncLifetime
{
    private const string Domain = "a.example.test";
    private readonly MailSink sink = new(null);
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StoppedAsync(new PostfixOptions { Listeners = ["in"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        await sink.DisposeAsync();
    }

    /// <summary>Mail leaves in clear although Postfix itself reports no such option: nothing is promised of it.</summary>
    [Theory]
    [InlineData("{-osmtp_tls_policy_maps=}")]
    [InlineData("{-o} {smtp_tls_policy_maps=}")]
    [InlineData("-o smtp_tls_policy_maps=static:encrypt {-osmtp_tls_policy_maps=$empty}")]
    public async Task An_option_in_braces_refuses_the_destination(string option)
    {
        await StartAsync("smtp", option);

        var refused = await RefusedAsync();

        refused.Name.ShouldBe(Domain);
        refused.ToString().ShouldContain("smtp_tls_policy_maps");
        await host.Postfix.SubmitAsync("chief@from.example.test", "u@" + Domain);
        await Eventually.Is(() => sink.Taken.Count == 1, "mail goes on, as the host says");
        sink.Taken.Single().Encrypted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("smtp", "x -o smtp_tls_policy_maps=")]
    [InlineData("smtp", "-o smtp_tls_policy_maps")]
    [InlineData("smtp", "-o{smtp_tls_policy_maps=}")]
    [InlineData("smtp", "-y")]
    [InlineData("rewrite", "x")]
    public async Task A_word_that_is_not_understood_refuses_the_destination_and_is_named(string service, string words)
    {
        await WriteAsync(service, words);

        var refused = await RefusedAsync();

        refused.Name.ShouldBe(Domain);
        refused.ToString().ShouldContain($"the entry {service} of master.cf");
        refused.ToString().ShouldContain(words.Split(' ')[0].TrimStart('-', 'o') is { Length: > 0 } word ? word : "smtp_tls_policy_maps");
    }

    [Fact]
    public async Task A_word_that_is_not_understood_is_no_matter_of_mail_that_does_not_pass_it()
    {
        await WriteAsync("relay", "x");

        var applied = await host.ApplyAsync(Parts.Empty.WithDestination(Domain, DestinationTls.Required));

        applied.Staged!.Refused.ShouldBeEmpty();
    }

    private async Task<RefusedItem> RefusedAsync()
    {
        var applied = await host.ApplyAsync(
            Parts.Empty.WithDestination(Domain, DestinationTls.Required).With(new OutboundSettings { Hostname = "new.example.test" }));
        applied.Failure.ShouldBeNull();
        return applied.Staged!.Refused.ShouldHaveSingleItem();
    }

    private async Task StartAsync(string service, string words)
    {
        await WriteAsync(service, words);
        await host.Postfix.StartAsync();
    }

    private async Task WriteAsync(string service, string words)
    {
        var lines = await File.ReadAllLinesAsync(host.MasterCf, PostfixHost.Cancellation);
        var at = Array.FindIndex(lines, l => l.StartsWith(service + " unix ", StringComparison.Ordinal));
        at.ShouldBeGreaterThanOrEqualTo(0);
        lines[at] += $"\n  {words}";
        await File.WriteAllLinesAsync(host.MasterCf, lines, PostfixHost.Cancellation);
        await host.Postfix.PostconfAsync("-e", $"transport_maps=inline:{{ {{ {Domain} = smtp:{sink.NextHop} }} }}");
    }
}
