using System.Net;
using Cluster.Client.Problems;
using Cluster.Client.Tests.Fixtures;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Groups;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests.Problems;

public sealed class ProblemClientTests(ClientFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refusal_is_a_problem_with_code_status_detail_and_trace_id()
    {
        var refused = await Should.ThrowAsync<ProblemException>(() => fixture.Client.Clusters.GetAsync("nowhere", Ct));
        refused.Code.ShouldBe(ProblemCodes.NotFound);
        refused.Status.ShouldBe(404);
        refused.Problem.Type.ShouldBe("urn:cluster:problem:not-found");
        refused.Problem.TraceId.ShouldNotBeNullOrEmpty();
        refused.Message.ShouldContain("nowhere");
    }

    [Fact]
    public async Task Every_member_that_does_not_fit_is_listed()
    {
        var cluster = await fixture.NewClusterAsync();
        var listener = new Listener { Type = ListenerType.Public, Port = 0, Hostname = "not a name", DefaultPolicy = "accept" };
        var refused = await Should.ThrowAsync<ProblemException>(() => cluster.Settings<Listener>().PutAsync("in", listener, ct: Ct));
        refused.Code.ShouldBe(ProblemCodes.InvalidDocument);
        refused.Problem.Errors.Select(e => e.Pointer).ShouldBe(["/port", "/hostname"], ignoreOrder: true);
        refused.Message.ShouldContain("/port");
    }

    [Fact]
    public async Task Findings_that_block_and_references_are_typed()
    {
        var cluster = await fixture.NewClusterAsync();
        var listener = new Listener { Type = ListenerType.Public, Port = 25, Hostname = "mx.example.org", DefaultPolicy = "accept" };
        var refused = await Should.ThrowAsync<ProblemException>(() => cluster.Settings<Listener>().PutAsync("in", listener, ct: Ct));
        refused.Code.ShouldBe(ProblemCodes.ValidationFailed);
        refused.Problem.Findings.ShouldNotBeNull().ShouldContain(f => f.Kind == Kinds.Listeners && f.Name == "in");

        await cluster.Settings<MailFlowPolicy>().PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Off }, ct: Ct);
        await cluster.Settings<Listener>().PutAsync("in", listener, ct: Ct);
        var used = await Should.ThrowAsync<ProblemException>(() => cluster.Settings<MailFlowPolicy>().DeleteAsync("accept", ct: Ct));
        used.Code.ShouldBe(ProblemCodes.InUse);
        used.Problem.References.ShouldNotBeNull()
            .ShouldHaveSingleItem()
            .ShouldBe(new ReferenceShape { Level = "cluster", Kind = Kinds.Listeners, Name = "in" });
    }

    [Fact]
    public async Task Dangers_that_must_be_acknowledged_are_named()
    {
        var destinations = (await fixture.NewClusterAsync()).Settings<DestinationControl>();
        await destinations.PutAsync("example.org", new DestinationControl { Tls = DestinationTls.Required }, ct: Ct);
        var lower = new DestinationControl { Tls = DestinationTls.None };
        var refused = await Should.ThrowAsync<ProblemException>(() => destinations.PutAsync("example.org", lower, ct: Ct));
        refused.Code.ShouldBe(ProblemCodes.AcknowledgementRequired);
        var written = await destinations.PutAsync("example.org", lower, new() { Acknowledge = refused.Problem.Acknowledge! }, Ct);
        written.Receipt.Revision.ShouldBe(2);
    }

    [Fact]
    public async Task A_version_in_use_says_by_what()
    {
        var cluster = await fixture.NewClusterAsync();
        await cluster.Certificates.CreateAsync(
            new CertificateCreate { Name = "mx", DnsNames = ["mx.example.org"], Key = new NewKeyShape { Algorithm = NewKeyAlgorithm.Ec } },
            ct: Ct);
        var refused = await Should.ThrowAsync<ProblemException>(() => cluster.Certificates.DestroyVersionAsync("mx", 1, ct: Ct));
        refused.Code.ShouldBe(ProblemCodes.InUse);
        refused.Problem.References.ShouldNotBeNull().ShouldContain(r => r.Name == "the running configuration");
    }

    [Fact]
    public async Task Without_a_token_it_is_unauthenticated()
    {
        using var client = new ClusterClient(fixture.Options with { Token = null });
        (await Should.ThrowAsync<ProblemException>(() => client.Clusters.GetAsync("any", Ct))).Code.ShouldBe(ProblemCodes.Unauthenticated);
    }

    [Fact]
    public async Task What_is_not_stageable_is_refused_and_not_ignored()
    {
        var cluster = await fixture.NewClusterAsync();
        var id = (await cluster.ChangeSets.OpenAsync(ct: Ct)).Value.Id;
        var refused = await Should.ThrowAsync<ProblemException>(
            () => cluster.Groups.PutAsync("main", new GroupWrite { Name = "renamed" }, new() { ChangeSet = id }, Ct));
        refused.Code.ShouldBe(ProblemCodes.NotStageable);
    }

    [Fact]
    public async Task What_something_else_answered_is_shown_as_it_came()
    {
        using var handler = new ScriptedHandler((HttpStatusCode.BadGateway, "text/html", "<h1>no upstream</h1>"));
        using var client = handler.Client();
        var refused = await Should.ThrowAsync<ProblemException>(() => client.Clusters.GetAsync("mail", Ct));
        refused.Status.ShouldBe(502);
        refused.Code.ShouldBeEmpty();
        refused.Message.ShouldContain("no upstream");
    }

    [Fact]
    public async Task How_long_to_wait_is_told()
    {
        using var handler = new ScriptedHandler(
            (
                HttpStatusCode.TooManyRequests,
                "application/problem+json",
                """{"status":429,"code":"rate-limited","detail":"Slow down.","a-new-member":1}"""))
        {
            Headers = new() { ["Retry-After"] = "7" },
        };
        using var client = handler.Client();
        var refused = await Should.ThrowAsync<ProblemException>(() => client.Clusters.GetAsync("mail", Ct));
        refused.Code.ShouldBe(ProblemCodes.RateLimited);
        refused.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }
}
