using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Revisions;

public sealed class CertificateRollbackTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_rollback_takes_certificates_back_unless_they_are_kept()
    {
        var first = await CreateAsync("kept");
        await NewVersionAsync("kept");
        var marker = await MarkerAsync("kept-marker");

        (await manager.Rest.PostAsync(At($"revisions/{marker}/rollback"))).Code.ShouldBe("nothing-to-commit");
        (await manager.Rest.PostAsync(At($"revisions/{first}/rollback"), new JsonObject { ["certificates"] = "keep" })).Expect(201);
        (await VersionAsync("kept")).ShouldBe(2);
        (await manager.Rest.PostAsync(At($"revisions/{first}/rollback"))).Expect(201);
        (await VersionAsync("kept")).ShouldBe(1);
        (await manager.Rest.PostAsync(
            At($"revisions/{first}/rollback"), new JsonObject { ["certificates"] = "drop" })).Status.ShouldBe(422);
    }

    [Fact]
    public async Task No_way_leads_back_to_a_compromised_version()
    {
        var first = await CreateAsync("lost");
        await NewVersionAsync("lost");
        (await manager.Rest.PostAsync(At("certificates/lost/versions/1/compromised"))).Expect(200);

        var refused = await manager.Rest.PostAsync(At($"revisions/{first}/rollback"));

        refused.Code.ShouldBe("validation-failed");
        refused.Json["findings"]!.AsArray().Select(f => (string)f!["code"]!).ShouldBe(["certificate-version-compromised"]);
        (await VersionAsync("lost")).ShouldBe(2);
    }

    [Fact]
    public async Task A_listener_shows_a_certificate_with_findings_and_a_bound_one_is_not_deleted()
    {
        await CreateAsync("bound");
        (await manager.Rest.PutAsync(At("mail-flow-policies/bound"), new JsonObject { ["tls"] = "required" })).Expect(201);
        (await manager.Rest.PutAsync(At("listeners/bound"), new JsonObject
        {
            ["type"] = "public", ["port"] = 25, ["hostname"] = "other.example.org", ["certificate"] = "bound", ["defaultPolicy"] = "bound",
        })).Expect(201);

        var codes = (await manager.Rest.GetAsync(At("findings?name=bound&kind=certificates"))).Expect(200).Json["items"]!
            .AsArray()
            .Select(f => (string)f!["code"]!)
            .ToList();

        codes.Count.ShouldBeGreaterThanOrEqualTo(2, string.Join(", ", codes));
        var refused = await manager.Rest.DeleteAsync(At("certificates/bound"));
        refused.Code.ShouldBe("in-use");
        ((string)refused.Json["references"]![0]!["name"]!).ShouldBe("bound");
    }

    private async Task<long> CreateAsync(string name)
    {
        var created = (await manager.Rest.PostAsync(At("certificates"), new JsonObject
        {
            ["name"] = name, ["dnsNames"] = new JsonArray($"{name}.example.org"), ["key"] = new JsonObject
            {
                ["algorithm"] = "ec",
                ["curve"] = "P-256"
            }, ["subject"] = new JsonObject { ["commonName"] = $"{name}.example.org" },
        })).Expect(201);
        return long.Parse(created.Headers["Cluster-Revision"]);
    }

    private async Task NewVersionAsync(string name)
    {
        using var authority = new Cluster.Testing.Authorities.TestCa();
        var request = (await manager.Rest.GetAsync(
            At($"certificates/{name}/signing-request"), ("Accept", "application/x-pem-file"))).Expect(200).Text;
        var pem = authority.PemFor(authority.Sign(request));
        (await manager.Rest.SendAsync(
            HttpMethod.Put,
            At($"certificates/{name}/signed-certificate"),
            new StringContent(pem, System.Text.Encoding.ASCII, "application/x-pem-file"))).Expect(
            200, 201);
        (await VersionAsync(name)).ShouldBe(2);
    }

    private async Task<long> MarkerAsync(string name) =>
        long.Parse(
            (await manager.Rest.PutAsync(
                At($"mail-flow-policies/{name}"), new JsonObject { ["tls"] = "off" })).Expect(201).Headers["Cluster-Revision"]);

    private async Task<int> VersionAsync(string name) =>
        (await manager.Rest.GetAsync(At($"certificates/{name}"))).Expect(200).Json["version"]!.GetValue<int>();
}
