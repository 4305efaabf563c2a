using System.Net;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.LookUps;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Dns;
using Cluster.Testing.Nginx;
using Cluster.Testing.Postfix;
using Cluster.Verification.Guard;
using Cluster.Verification.Published;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Published;

/// <summary>What domains publish, found out over a signed DNS and a real web server, and what becomes of their destinations.</summary>
public sealed class PublishedPolicyTests : IAsyncLifetime
{
    private const string Keys = "keys.test";
    private const string Enforcing = "enforce.test";
    private const string More = "more.test";
    private const string Open = "open.test";

    private static readonly ServicePart Part = Parts.Empty
        .With(Keys, new DestinationControl { Tls = DestinationTls.Preferred })
        .With(Enforcing, new DestinationControl { Tls = DestinationTls.None })
        .With(More, new DestinationControl { Tls = DestinationTls.Required })
        .With(Open, new DestinationControl { Tls = DestinationTls.Preferred });

    private SignedResolver resolver = null!;
    private PolicyServer server = null!;
    private PostfixHost host = null!;
    private PublishedWatch watch = null!;
    private Here looks = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SignedResolver.WhyNone.Length > 0, SignedResolver.WhyNone);
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        resolver = await SignedResolver.StartAsync(
            [
                $"{Keys}. MX 10 mx.{Keys}.", $"_25._tcp.mx.{Keys}. TLSA 3 1 1 {new string('a', 64)}",
                $"{More}. MX 10 mx.{More}.", $"_25._tcp.mx.{More}. TLSA 2 0 1 {new string('b', 64)}",
                $"{Enforcing}. MX 10 mx.{Enforcing}.", $"_mta-sts.{Enforcing}. TXT \"v=STSv1; id=1;\"",
                $"mta-sts.{Enforcing}. A 127.0.0.1", $"{Open}. MX 10 mx.{Open}.",
            ],
            []);
        server = await PolicyServer.StartAsync(ServedPolicy.Of(Enforcing, "enforce"));
        host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = [], MainCf = ["smtp_tls_security_level = may"] });
        var resolvers = Path.Combine(host.StateDirectory, "resolv.conf");
        await File.WriteAllTextAsync(resolvers, resolver.ResolverFile, PostfixHost.Cancellation);
        looks = new Here(server);
        New(resolvers);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        if (resolver is not null) await resolver.DisposeAsync();
    }

    [Fact]
    public async Task What_a_domain_begins_to_publish_refuses_its_destination_and_takes_away_what_is_less_than_the_host_does()
    {
        var first = await host.ApplyAsync(Part);
        first.Failure.ShouldBeNull();
        first.Staged!.Refused.ShouldBeEmpty("nothing is known yet, and nothing is held back by that");
        first.Staged.Findings.ShouldBeEmpty();
        first.Proof!.Detail.ShouldContain("what 4 of 4 domains publish (DANE, MTA-STS) is not known");
        (await RowsAsync()).ShouldBe([$"{Enforcing} none", $"{Keys} may", $"{More} encrypt", $"{Open} may"]);
        var before = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);

        await watch.RunOnceAsync(PostfixHost.Cancellation);
        host.Driver.Findings.ShouldNotBeEmpty();
        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(before, "what is refused is tried again");
        var again = await host.ApplyAsync(Part);

        again.Failure.ShouldBeNull();
        again.Staged!.Changed.ShouldBeTrue();
        again.Staged.Findings.ShouldBe(host.Driver.Findings);
        again.Staged.Refused.Select(r => $"{r.Name} {r.Code}").ShouldBe(
            [$"{Enforcing} {ApplyCodes.PublishedPolicyStronger}", $"{Keys} {ApplyCodes.PublishedPolicyStronger}"]);
        again.Staged.Refused[0].Message.ShouldContain("clear text");
        again.Staged.Warnings.ShouldContain(w => w.StartsWith($"published-policy-stronger destination-controls/{More}: "));
        again.Staged.Warnings.ShouldNotContain(w => w.Contains(Open));
        again.Proof!.Detail.ShouldNotContain("not known");
        (await RowsAsync()).ShouldBe([$"{Keys} may", $"{More} encrypt", $"{Open} may"], "the host's own may counts instead of none");

        var third = await host.ApplyAsync(Part);
        third.Staged!.Changed.ShouldBeFalse();
        third.Staged.Refused.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_new_is_looked_up_before_it_is_applied_and_nobody_waits_where_nothing_changed()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(PostfixHost.Cancellation);
        var running = watch.RunAsync(ending.Token);
        var first = await host.ApplyAsync(Part);
        first.Staged!.Refused.Select(r => r.Name).ShouldBe([Enforcing, Keys]);
        (await RowsAsync()).ShouldBe([$"{More} encrypt", $"{Open} may"]);
        looks.Waits.ShouldBe(1);

        // As after an update of the agent that has lost what it knew.
        await ending.CancelAsync();
        await running;
        using var again = CancellationTokenSource.CreateLinkedTokenSource(PostfixHost.Cancellation);
        File.Delete(Path.Combine(host.StateDirectory, "published.json"));
        New(Path.Combine(host.StateDirectory, "resolv.conf"));
        running = watch.RunAsync(again.Token);
        var part = Parts.Empty
            .With(More, new DestinationControl { Tls = DestinationTls.Required })
            .With(Open, new DestinationControl { Tls = DestinationTls.Preferred });
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        looks.Waits.ShouldBe(1, "no destination changed");
        (await host.ApplyAsync(part.With(Open, new DestinationControl { Tls = DestinationTls.None }))).Failure.ShouldBeNull();
        looks.Waits.ShouldBe(2);
        await again.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_is_known_already_keeps_its_destination_from_the_host_unless_that_is_overridden()
    {
        (await host.Driver.PlanAsync(Part, PostfixHost.Cancellation)).Succeeded.ShouldBeTrue();
        await watch.RunOnceAsync(PostfixHost.Cancellation);
        var plan = await host.Driver.PlanAsync(Part, PostfixHost.Cancellation);
        plan.Value.ShouldNotBeNull().ShouldContain($"! destination-controls/{Keys} would be refused");

        (await host.ApplyAsync(Part)).Staged!.Refused.Count.ShouldBe(2);
        (await RowsAsync()).ShouldBe([$"{More} encrypt", $"{Open} may"]);

        var overriding = new DestinationControl { Tls = DestinationTls.None, OverrideHostPolicy = true };
        var applied = await host.ApplyAsync(Part.With(Enforcing, overriding).With(More, overriding));
        applied.Staged!.Refused.Select(r => r.Name).ShouldBe([Keys]);
        applied.Staged.Warnings.ShouldNotContain(w => w.StartsWith("published-policy-stronger"));
        (await RowsAsync()).ShouldBe([$"{Enforcing} none", $"{More} none", $"{Open} may"]);
    }

    [Fact]
    public async Task A_host_whose_own_file_says_so_asks_nobody_and_says_so()
    {
        host.ComparePublished = false;
        var driver = host.NewDriver();
        await driver.FindOutAsync(PostfixHost.Cancellation).WaitAsync(TimeSpan.FromSeconds(30), PostfixHost.Cancellation);

        var applied = await host.ApplyAsync(Part);
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Detail.ShouldEndWith("what domains publish (DANE, MTA-STS) is not compared on this host");
        driver.Findings.ShouldBeEmpty();
        server.Requests(Enforcing).ShouldBe(0);
    }

    private void New(string resolvers)
    {
        watch = new PublishedWatch(looks, new PublishedStore(host.StateDirectory), resolvers, TimeProvider.System);
        host.Published = watch;
        host.NewDriver();
    }

    private async Task<string[]> RowsAsync()
    {
        var maps = (await host.Postfix.PostconfAsync("-xh", "smtp_tls_policy_maps")).Trim();
        return await File.ReadAllLinesAsync(maps["texthash:".Length..], PostfixHost.Cancellation);
    }

    // In this process, where the web server of the test can be reached and trusted.
    private sealed class Here(PolicyServer server) : ILookUps
    {
        private int waits;

        // Looks for which settings wait.
        public int Waits => waits;

        public async Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, TimeSpan limit, CancellationToken ct)
        {
            if (limit < TimeSpan.FromMinutes(1)) Interlocked.Increment(ref waits);
            var reach = new PublishedReach { Port = server.Port, Authorities = server.Authorities, Guard = new OwnHostGuard() };
            var answers = new List<PublishedSeen>();
            var lookup = new PublishedLookup(LookUpRun.ServersOf(request), TimeProvider.System, reach);
            await LookUpRun.RunAsync(request, lookup, answers.Add, ct);
            return answers;
        }
    }
}
