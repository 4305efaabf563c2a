using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Units;
using Cluster.Testing.Authorities;
using Cluster.Testing.Rest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>
/// What a dry run says is what the real call says a moment later, less what only a made key or number would give; and nothing is
/// stored.
/// </summary>
public sealed class DryRunTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    // What the made key and number give, and the validity to the second.
    private static readonly string[] OfTheMade = ["version", "serialNumber", "sha256", "publicKeySha256", "notBefore", "notAfter"];
    private readonly TestCa ca = new("Dry");
    private readonly CertificateApi api = new(manager);

    [Theory]
    [InlineData("rsa", 4096, null)]
    [InlineData("ec", null, "p-256")]
    [InlineData("ec", null, "p-384")]
    [InlineData("ec", null, "p-521")]
    [InlineData("ed25519", null, null)]
    public async Task A_create_shows_what_would_be_made_with_the_findings_of_its_bindings(string algorithm, int? size, string? curve)
    {
        var name = $"bound-{algorithm}{size}{curve}";
        (await api.Create(name, "mx.example.test")).Expect(201);
        await Bind(name);
        var group = $"g-{algorithm}{size}{curve}";
        (await manager.Rest.PutAsync(At($"groups/{group}"), new JsonObject())).Expect(201);
        var body = new JsonObject
        {
            ["name"] = name,
            ["subject"] = new JsonObject { ["organization"] = "Example, Inc.", ["country"] = "CH" },
            ["dnsNames"] = new JsonArray("mx.b\u00fccher.test"),
            ["ipAddresses"] = new JsonArray("192.0.2.1"),
            ["key"] = new JsonObject { ["algorithm"] = algorithm },
            ["validFor"] = "100d",
        };
        if (size is { } bits) body["key"]!["size"] = bits;
        if (curve is not null) body["key"]!["curve"] = curve;
        var before = await Stored();

        var tried = (await manager.Rest.PostAsync(At($"certificates?level=group:{group}&dryRun=true"), body.DeepClone())).Expect(201);
        (await Stored()).ShouldBe(before);
        (await manager.Rest.GetAsync(At($"certificates/{name}?level=group:{group}"))).Status.ShouldBe(404);
        var made = (await manager.Rest.PostAsync(At($"certificates?level=group:{group}"), body)).Expect(201);

        Codes(tried).ShouldBe(Codes(made));
        Codes(tried).ShouldContain("name-mismatch");
        Codes(tried).ShouldContain("self-signed");
        Without(tried, OfTheMade).ShouldBe(Without(made, OfTheMade));
        foreach (var absent in OfTheMade[..4]) tried.Json[absent].ShouldBeNull(absent);
        tried.Json["notAfter"]!
            .GetValue<DateTimeOffset>()
            .ShouldBe(made.Json["notAfter"]!.GetValue<DateTimeOffset>(), TimeSpan.FromMinutes(5));
        tried.Json["notBefore"]!
            .GetValue<DateTimeOffset>()
            .ShouldBe(made.Json["notBefore"]!.GetValue<DateTimeOffset>(), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_renewal_shows_its_subject_and_is_refused_as_the_real_one()
    {
        var body = CertificateApi.Body("renewed", "mx.example.test");
        body["subject"] = new JsonObject { ["organization"] = "Example, Inc.", ["country"] = "CH" };
        (await manager.Rest.PostAsync(At("certificates"), body)).Expect(201);
        var before = await Stored();
        var same = new JsonObject { ["key"] = "same" };

        var tried = (await manager.Rest.PostAsync(At("certificates/renewed/signing-request?dryRun=true"), same.DeepClone())).Expect(201);
        (await Stored()).ShouldBe(before);
        var made = (await manager.Rest.PostAsync(At("certificates/renewed/signing-request"), same.DeepClone())).Expect(201);

        Without(tried, []).ShouldBe(Without(made, ["id", "pem", "createdAt"]));
        (await manager.Rest.PostAsync(At("certificates/renewed/versions/1/compromised"))).Expect(200);
        (await manager.Rest.PostAsync(At("certificates/renewed/signing-request?dryRun=true"), same)).Code.ShouldBe("key-compromised");
    }

    [Fact]
    public async Task An_import_shows_chain_and_findings()
    {
        var file = CertificateApi.Pkcs12(ca, "mx.example.test", "p");
        var before = await Stored();

        var tried = (await api.Import("imported", file, "p", "?dryRun=true")).Expect(201);
        (await Stored()).ShouldBe(before);
        (await manager.Rest.GetAsync(At("certificates/imported"))).Status.ShouldBe(404);
        var made = (await api.Import("imported", file, "p")).Expect(201);

        Codes(tried).ShouldContain("untrusted-chain");
        tried.Json["chain"]!.AsArray().Count.ShouldBe(1);
        Without(tried, []).ShouldBe(Without(made, ["version"]));
        (await api.Import("imported", file, "wrong", "?dryRun=true")).Code.ShouldBe("wrong-password");
    }

    [Fact]
    public async Task A_signed_upload_shows_chain_findings_and_whether_a_request_fits()
    {
        (await api.Create("signed", "mx.example.test")).Expect(201);
        (await api.Create("neighbour", "mx.example.test")).Expect(201);
        await Bind("signed");
        var leaf = ca.Sign(await api.Request("signed"));
        var pem = ca.Root.ToPem() + leaf.ToPem() + ca.Intermediate.ToPem();
        var before = await Stored();

        var tried = (await api.Upload("signed", pem, "?dryRun=true")).Expect(200);
        var elsewhere = await api.Upload("neighbour", pem, "?dryRun=true");
        (await Stored()).ShouldBe(before);
        ((string?)(await api.Get("signed"))["signingRequest"]).ShouldBe("open");
        var made = (await api.Upload("signed", pem)).Expect(200);

        Codes(tried).ShouldContain("untrusted-chain");
        tried.Json["chain"]!.AsArray().Count.ShouldBe(1);
        ((string?)tried.Json["signingRequest"]).ShouldBe("none");
        Without(tried, []).ShouldBe(Without(made, ["version"]));
        elsewhere.Code.ShouldBe("key-unknown");
        ((string?)elsewhere.Json["fits"]![0]!["name"]).ShouldBe("signed");
    }

    public void Dispose() => ca.Dispose();

    private async Task Bind(string certificate)
    {
        (await manager.Rest.PutAsync(At("mail-flow-policies/accept"), new JsonObject { ["tls"] = "preferred" })).Expect(200, 201);
        (await manager.Rest.PutAsync(At($"listeners/{certificate}"), new JsonObject
        {
            ["type"] = "public",
            ["port"] = 25,
            ["hostname"] = "mx.example.test",
            ["certificate"] = certificate,
            ["defaultPolicy"] = "accept",
        })).Expect(201);
    }

    private Task<(int Keys, int Versions, int Requests, int Items, long Revision)> Stored() =>
        manager.Services.GetRequiredService<ClusterDatabase>().ReadAsync(
            async (db, ct) => (
                await db.Keys.CountAsync(ct), await db.CertificateVersions.CountAsync(ct), await db.SigningRequests.CountAsync(
                    r => r.State == SigningRequestState.Open, ct),
                await db.Items.CountAsync(ct), await db.Clusters.SumAsync(c => c.Revision, ct)),
            CancellationToken.None);

    private static string[] Codes(RestAnswer answer) => [.. answer.Json["findings"]!.AsArray().Select(f => (string)f!["code"]!)];

    private static string Without(RestAnswer answer, IReadOnlyList<string> members)
    {
        var copy = answer.Json.DeepClone().AsObject();
        foreach (var member in members) copy.Remove(member);
        return copy.ToJsonString();
    }
}
