using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Manager.Hosting;
using Cluster.Testing;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Hosting;

public sealed class StartTests : IDisposable
{
    private readonly TestDirectory directory = new("start");

    [Fact]
    public async Task The_first_start_makes_the_installation_and_a_second_one_leaves_it_as_it_is()
    {
        string token, root;
        await using (var first = await TestManager.StartAsync(directory["data"]))
        {
            File.GetUnixFileMode(first.Options.PathOf("admin.token")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(first.Options.PathOf("kek")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (token, root) = (File.ReadAllText(first.Options.PathOf("admin.token")), File.ReadAllText(first.Options.PathOf("ca.pem")));
            var rest = first.Rest;
            (await rest.PostAsync("/clusters", new System.Text.Json.Nodes.JsonObject { ["name"] = "kept" })).Expect(201);
        }

        await using var second = await TestManager.StartAsync(directory["data"]);
        File.ReadAllText(second.Options.PathOf("admin.token")).ShouldBe(token);
        File.ReadAllText(second.Options.PathOf("ca.pem")).ShouldBe(root);
        var again = second.Rest;
        (await again.GetAsync("/clusters/kept")).Expect(200);
    }

    [Fact]
    public async Task A_start_that_ended_after_the_token_was_written_goes_on_with_it()
    {
        directory.Make("data");
        var secret = "cluster_" + new string('a', 43);
        await File.WriteAllTextAsync(directory["data/admin.token"], secret + "\n", TestContext.Current.CancellationToken);

        await using var manager = await TestManager.StartAsync(directory["data"]);

        (await File.ReadAllTextAsync(directory["data/admin.token"], TestContext.Current.CancellationToken)).Trim().ShouldBe(secret);
        var rest = manager.Rest;
        (await rest.GetAsync("/tokens")).Expect(200);
    }

    [Fact]
    public async Task Given_certificates_are_served_and_read_again_when_they_change()
    {
        directory.Make("data");
        var first = WritePair();
        await using var manager = await TestManager.StartAsync(
            directory["data"], o => o with { RestCertificateFile = directory["rest.pem"], RestKeyFile = directory["rest.key"] });
        (await Seen(manager.Options)).ShouldBe(first);

        var second = WritePair();
        await Eventually.Is(async () => await Seen(manager.Options) == second, "the new certificate is served");
        await File.WriteAllTextAsync(directory["rest.key"], "broken", TestContext.Current.CancellationToken);
        (await Seen(manager.Options)).ShouldBe(second);
    }

    [Fact]
    public async Task Certificates_that_do_not_fit_keep_the_manager_from_starting()
    {
        directory.Make("data");
        WritePair();
        await File.WriteAllTextAsync(directory["rest.key"], "broken", TestContext.Current.CancellationToken);

        var refused = await Should.ThrowAsync<StartRefusedException>(
            () => TestManager.StartAsync(
                directory["data"], o => o with { RestCertificateFile = directory["rest.pem"], RestKeyFile = directory["rest.key"] }));
        refused.Message.ShouldContain("--rest-cert");
    }

    [Fact]
    public async Task Metrics_on_a_port_of_their_own_need_no_token_and_nothing_else_is_there()
    {
        var port = FreePort.Next();
        await using var manager = await TestManager.StartAsync(directory["data"], o => o with { Metrics = $"127.0.0.1:{port}" });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        (await http.GetStringAsync(
            new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).ShouldContain("cluster_manager_build_info");
        foreach (var path in new[] { "/api/v1/clusters", "/openapi/v1.json", "/healthz/ready", "/swagger/index.html" })
        {
            (await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(
                HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_token_that_asks_too_fast_is_told_to_wait()
    {
        await using var manager =
            await TestManager.StartAsync(directory["data"], o => o with { RequestsPerSecond = 10, RequestBurst = 20 });
        var rest = manager.Rest;
        RestAnswer? limited = null;
        for (var i = 0; i < 200 && limited is null; i++)
        {
            var answer = await rest.GetAsync("/clusters");
            answer.Headers["RateLimit-Policy"].ShouldBe("\"token\";q=20;w=2");
            answer.Headers["RateLimit"].ShouldMatch("^\"token\";r=\\d+;t=\\d+$");
            if (answer.Status == 429) limited = answer;
        }

        limited.ShouldNotBeNull();
        limited.Code.ShouldBe("rate-limited");
        limited.Headers.ContainsKey("Retry-After").ShouldBeTrue();
        (await rest.GetAsync("/healthz/ready")).Expect(200);
    }

    public void Dispose() => directory.Dispose();

    private string WritePair()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=rest", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(directory["rest.key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(directory["rest.pem"], made.ExportCertificatePem());
        return made.Thumbprint;
    }

    private static async Task<string> Seen(ManagerOptions options)
    {
        var seen = string.Empty;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                seen = certificate!.Thumbprint;
                return true;
            },
        };
        using var http = new HttpClient(handler);
        (await http.GetAsync(new Uri($"https://{options.Rest}/healthz/live"))).EnsureSuccessStatusCode();
        return seen;
    }
}
