using System.Text.Json.Nodes;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Authorities;
using Cluster.Testing.Rest;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>What one cluster may take, with limits that a test reaches.</summary>
public sealed class QuotaTests : IAsyncLifetime
{
    private readonly TestCa ca = new();
    private readonly TestManager manager = new()
    {
        // The demo certificate is a version too.
        Configure = b => b.Services.AddSingleton(new CertificateQuotas { Versions = 7, VersionsOfOne = 4, OpenRequests = 3 }),
    };

    private CertificateApi api = null!;

    public async ValueTask InitializeAsync()
    {
        await manager.InitializeAsync();
        api = new CertificateApi(manager);
    }

    public async ValueTask DisposeAsync()
    {
        ca.Dispose();
        await manager.DisposeAsync();
    }

    [Fact]
    public async Task Open_requests_of_a_cluster_are_bounded()
    {
        foreach (var name in (string[])["a", "b", "c"]) (await api.Create(name, "mx.example.org")).Expect(201);
        Refused(await api.Create("d", "mx.example.org"), "open-signing-requests", 3);
        Refused(await Open("a"), "open-signing-requests", 3);
        (await manager.Rest.GetAsync(At("certificates/d"))).Status.ShouldBe(404);
        (await manager.Rest.GetAsync(At("signing-requests"))).Expect(200).Json["items"]!.AsArray().Count.ShouldBe(3);

        // A move takes a copy of the open request along.
        Refused(await Move("a"), "open-signing-requests", 3);
        (await api.Upload("b", ca.PemFor(ca.Sign(await api.Request("b"))))).Expect(200);
        (await Open("a")).Expect(201);
        await OtherClusterIsFreeAsync();
    }

    [Fact]
    public async Task Versions_of_a_cluster_are_bounded()
    {
        foreach (var name in (string[])["a", "b", "a", "b", "a", "b"])
            (await api.Import(name, CertificateApi.Pkcs12(ca, "mx.example.org", "p"), "p")).Expect(200, 201);
        Refused(await api.Import("c", CertificateApi.Pkcs12(ca, "mx.example.org", "p"), "p"), "versions", 7);
        Refused(await api.Create("c", "mx.example.org"), "versions", 7);
        (await manager.Rest.GetAsync(At("signing-requests"))).Expect(200).Json["items"]!.AsArray().ShouldBeEmpty();

        foreach (var number in (int[])[1, 2]) (await manager.Rest.DeleteAsync(At($"certificates/b/versions/{number}"))).Expect(204);
        // Three versions do not fit where there is room for two.
        Refused(await Move("a"), "versions", 7);
        (await api.Import("c", CertificateApi.Pkcs12(ca, "mx.example.org", "p"), "p")).Expect(201);
        await OtherClusterIsFreeAsync();
    }

    [Fact]
    public async Task Versions_of_one_certificate_are_bounded()
    {
        for (var i = 0; i < 4; i++) (await api.Import("a", CertificateApi.Pkcs12(ca, "mx.example.org", "p"), "p")).Expect(200, 201);
        Refused(await api.Import("a", CertificateApi.Pkcs12(ca, "mx.example.org", "p"), "p"), "versions-of-one-certificate", 4);
        (await api.Import("b", CertificateApi.Pkcs12(ca, "mx.example.org", "p"), "p")).Expect(201);
    }

    [Fact]
    public void The_limits_are_those_of_the_documentation()
    {
        var quotas = new CertificateQuotas();
        (quotas.Versions, quotas.VersionsOfOne, quotas.OpenRequests).ShouldBe((100_000, 1_000, 50_000));
    }

    private async Task OtherClusterIsFreeAsync()
    {
        (await manager.Rest.PostAsync("/clusters", new JsonObject { ["name"] = "other" })).Expect(201);
        (await manager.Rest.PostAsync("/clusters/other/certificates", CertificateApi.Body("d", "mx.example.org"))).Expect(201);
    }

    private Task<RestAnswer> Open(string name) => manager.Rest.PostAsync(At($"certificates/{name}/signing-request"), new JsonObject());

    private Task<RestAnswer> Move(string name) =>
        manager.Rest.PostAsync(At($"certificates/{name}/move"), new JsonObject { ["toLevel"] = "group:main" });

    private static void Refused(RestAnswer answer, string quota, int limit) =>
        (answer.Status, answer.Code, (string?)answer.Json["quota"], (int?)answer.Json["limit"]).ShouldBe(
            (409, "quota-exceeded", quota, limit));
}
