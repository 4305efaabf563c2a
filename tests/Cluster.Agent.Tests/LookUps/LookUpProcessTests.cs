using System.Diagnostics;
using System.Text.Json;
using Cluster.Agent.LookUps;
using Cluster.Testing.Dns;
using Cluster.Testing.Programs;
using Cluster.Verification.Published;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.LookUps;

/// <summary>The process that looks things up, as the agent starts it.</summary>
public sealed class LookUpProcessTests
{
    private const string Unprivileged = "nobody";

    [Fact]
    public async Task It_gives_up_root_answers_and_ends()
    {
        Assert.SkipWhen(SignedResolver.WhyNone.Length > 0, SignedResolver.WhyNone);
        await using var resolver = await SignedResolver.StartAsync(
            [
                "keys.test. MX 10 mx.keys.test.", $"_25._tcp.mx.keys.test. TLSA 3 1 1 {new string('a', 64)}",
                "inside.test. MX 10 mx.inside.test.", "_mta-sts.inside.test. TXT \"v=STSv1; id=1;\"", "mta-sts.inside.test. A 127.0.0.1",
            ],
            []);

        var answers = await AskAsync(new LookUpRequest(
            [$"{resolver.Address}:53"], [new LookUpDomain("keys.test", null), new LookUpDomain("inside.test", null)]));

        answers.Single(a => a.Domain == "keys.test").Dane.ShouldSatisfyAllConditions(
            d => d.State.ShouldBe(PublishedState.Published), d => d.Hosts.ShouldBe(["mx.keys.test"]));
        answers.Single(a => a.Domain == "inside.test").MtaSts.Problem.ShouldContain("127.0.0.1 is no public address");
    }

    [Fact]
    public async Task It_gives_up_where_nobody_answers()
    {
        var domains = Enumerable.Range(0, 50).Select(n => new LookUpDomain($"d{n}.test", null));
        (await AskAsync(new LookUpRequest(["127.0.0.1:9"], [.. domains]))).ShouldBeEmpty("silence says nothing of any domain");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Domains_whose_servers_are_silent_are_not_taken_for_a_host_without_a_resolver()
    {
        Assert.SkipWhen(SignedResolver.WhyNone.Length > 0, SignedResolver.WhyNone);
        await using var resolver = await SignedResolver.StartAsync(
            ["keys.test. MX 10 mx.keys.test.", "dead. NS ns.dead.", "ns.dead. A 127.255.255.1"], []);
        var domains = Enumerable.Range(0, 6).Select(n => $"d{n}.dead").Append("keys.test").ToArray();

        var answers = await AskAsync(new LookUpRequest([$"{resolver.Address}:53"], [.. domains.Select(d => new LookUpDomain(d, null))]));
        answers.Select(a => a.Domain).Order().ShouldBe(domains);
        answers.Count(a => a.Dane.State == PublishedState.Unknown).ShouldBe(6);
    }

    private static async Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request)
    {
        var user = Environment.IsPrivilegedProcess ? Unprivileged : "";
        var start = new ProcessStartInfo(Builds.AgentForDevelopment, [LookUpProcess.Verb, user])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        await JsonSerializer.SerializeAsync(process.StandardInput.BaseStream, request, LookUpJson.Default.LookUpRequest);
        process.StandardInput.Close();
        var lines = new List<PublishedSeen>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            lines.Add(JsonSerializer.Deserialize(line, LookUpJson.Default.PublishedSeen)!);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return lines;
    }
}
