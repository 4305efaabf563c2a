using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Problems;

public sealed class ProblemTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task Every_refusal_is_a_problem_document()
    {
        using var nobody = manager.RestWith(null);
        Check(await nobody.GetAsync("/clusters"), 401, "unauthenticated").Headers["WWW-Authenticate"].ShouldStartWith("Bearer");
        Check(await manager.Rest.GetAsync("/nothing"), 404, "not-found");
        Check(
            await manager.Rest.SendAsync(HttpMethod.Post, "/clusters/mail", null),
            405,
            "method-not-allowed").Headers["Allow"].ShouldContain("GET");
        Check(await Post("{", "application/json"), 400, "not-json");
        Check(await Post("", "application/json"), 400, "not-json");
        Check(await Post("{}", "text/plain"), 415, "unsupported-media-type");
        Check(await Post("{\"name\":\"a\",\"name\":\"b\"}", "application/json"), 422, "invalid-document");
        Check(await Post("{\"name\":\"" + new string('a', 1_200_000) + "\"}", "application/json"), 413, "body-too-large").Json["detail"]!
            .ToString()
            .ShouldContain("1 MiB");
        Check(await Post(string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), "application/json"), 400, "not-json");
        Check(await manager.Rest.PostAsync("/clusters?dryRun=yes", new JsonObject { ["name"] = "x" }), 422, "invalid-parameter");
    }

    [Fact]
    public async Task The_trace_of_the_caller_goes_on_and_comes_back()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";

        var answer = await manager.Rest.GetAsync("/nothing", ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        ((string?)answer.Json["traceId"]).ShouldBe(Trace);
        answer.Headers["traceparent"].ShouldStartWith($"00-{Trace}-");
    }

    [Fact]
    public async Task Each_port_serves_only_its_own()
    {
        using var onAgentsPort = new RestApi(manager.AgentsAddress, Path.Combine(manager.Options.DataDirectory, "ca.pem"), "cluster_x");
        using var http2 = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(manager.AgentsAddress, "/api/v1/clusters"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact
            };
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator
        };
        using var client = new HttpClient(handler);

        (await client.SendAsync(http2, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var grpc = new ByteArrayContent([0, 0, 0, 0, 0]);
        grpc.Headers.ContentType = new("application/grpc");
        using var toRest = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(manager.RestAddress, "/cluster.agent.v1.Enrollment/Root"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = grpc
            };
        toRest.Headers.Host = manager.AgentsAddress.Authority;
        (await client.SendAsync(toRest, TestContext.Current.CancellationToken)).StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metrics_are_for_owners_and_health_is_for_all()
    {
        using var viewer = await manager.RestAsAsync("viewer");
        using var nobody = manager.RestWith(null);

        (await nobody.GetAsync("/healthz/live")).Expect(200);
        (await nobody.GetAsync("/healthz")).Expect(404).Text.ShouldContain("/healthz/ready");
        (await nobody.GetAsync("/healthz/ready")).Expect(200).Text.ShouldBe("ready");
        (await viewer.GetAsync("/healthz/../metrics")).Expect(403);
        (await manager.Rest.GetAsync("/healthz/../metrics")).Expect(200).Text.ShouldContain("cluster_agents_connected 0");
    }

    [Fact]
    public void Every_type_is_described()
    {
        var text = File.ReadAllText(Path.GetFullPath(Path.Combine(Here(), "../../../docs/problems.md")));

        foreach (var type in ProblemTypes.All) text.ShouldContain($"`{type.Uri}` | {type.Status} |");
    }

    private async Task<RestAnswer> Post(string body, string mediaType)
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        return await manager.Rest.SendAsync(HttpMethod.Post, "/clusters", content);
    }

    private static RestAnswer Check(RestAnswer answer, int status, string code)
    {
        answer.Expect(status).MediaType.ShouldBe("application/problem+json");
        var problem = answer.Json.AsObject();
        foreach (var member in new[] { "type", "title", "status", "detail", "code", "traceId" })
            problem.ContainsKey(member).ShouldBeTrue(member);
        ((int)problem["status"]!).ShouldBe(status);
        answer.Code.ShouldBe(code);
        return answer;
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
