using System.Text.Json.Nodes;
using Cluster.Client.Certificates;
using Cluster.Client.Settings;
using Cluster.Contracts.Effective;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

/// <summary>Management interfaces through REST: a named kind like the others.</summary>
public sealed class ManagementInterfaceTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly LevelName Main = new(LevelKind.Group, "main");

    private SettingsClient<ManagementInterface> Interfaces => manager.Cluster.Settings<ManagementInterface>();

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    /// <summary>The JSON that is shown is compared as text.</summary>
    [Fact]
    public async Task It_is_written_read_patched_listed_and_deleted()
    {
        await CertificateAsync("crud");
        var body = new JsonObject { ["hostname"] = "gw1.example.test", ["port"] = 443, ["httpsCertificate"] = "crud" };
        var created = (await Put("crud", body)).Expect(201);

        created.Text.ShouldBe("""{"hostname":"gw1.example.test","httpsCertificate":"crud","name":"crud","port":443}""");
        (await Get("crud")).Expect(200).Headers["ETag"].ShouldBe(created.Headers["ETag"]);
        var patched = (await manager.Rest.PatchAsync(
            At("interfaces/crud"),
            new JsonObject { ["port"] = 8443, ["hostname"] = null },
            ("If-Match", created.Headers["ETag"]))).Expect(200);
        patched.Text.ShouldBe("""{"httpsCertificate":"crud","name":"crud","port":8443}""");
        (await manager.Rest.PatchAsync(
            At("interfaces/crud"), new JsonObject { ["port"] = 1 }, ("If-Match", created.Headers["ETag"]))).Status.ShouldBe(412);
        (await Interfaces.ListAsync().ToListAsync()).Select(i => $"{i.Name}@{i.Level}").ShouldContain("crud@cluster");

        (await manager.Rest.DeleteAsync(At("interfaces/crud"))).Expect(204);
        (await Get("crud")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_told_at_once()
    {
        var refused = await Put("wrong", new JsonObject { ["port"] = 70_000, ["hostname"] = "no host", ["httpsCertificate"] = "A/B" });

        refused.Status.ShouldBe(422);
        Errors(refused).ShouldBe([("/port", "range"), ("/hostname", "host-name"), ("/httpsCertificate", "name")], ignoreOrder: true);
        Errors(await Put("wrong", new JsonObject { ["certificate"] = "x" })).ShouldBe(
            [("/port", "required"), ("/httpsCertificate", "required"), ("/certificate", "unknown-member")], ignoreOrder: true);
        await Interfaces.PutAsync("WRONG", Of("demo")).ShouldBeRefused(ProblemCodes.InvalidDocument);
        await Interfaces.PatchAsync("wrong", new JsonObject { ["port"] = 1 }).ShouldBeRefused(ProblemCodes.NotFound);
        (await Get("wrong")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task It_stands_at_levels_and_effective_explains_which_one_holds()
    {
        var own = AgentSteps.OfMachine("levels-if");
        await manager.AddMachineAsync("levels-if");
        await CertificateAsync("levels");
        await CreatedAsync("levels");
        (await Interfaces.CopyAsync("levels", new RelocationRequest { ToLevel = "group:main" })).Receipt.Created.ShouldBeTrue();
        (await Interfaces.MoveAsync("levels", new RelocationRequest { ToLevel = "machine:levels-if" }, new() { Level = Main }))
            .Receipt.Created
            .ShouldBeTrue();
        await Interfaces.PatchAsync("levels", new JsonObject { ["port"] = 9443 }, own);

        (await Interfaces.ListAllLevelsAsync().ToListAsync()).Where(i => i.Name == "levels").Select(i => i.Level)
            .ShouldBe(["cluster", "machine:levels-if"]);
        var item = await EffectiveAsync("levels-if", "levels");
        item.Value.ShouldNotBeNull().GetProperty("port").GetInt32().ShouldBe(9443);
        item.Origin.ShouldNotBeNull().Level.ShouldBe("machine:levels-if");
        item.Overrides.ShouldNotBeNull().Select(o => o.Level).ShouldBe(["cluster"]);

        (await Interfaces.HideAsync("levels", own)).Receipt.Created.ShouldBeFalse();
        var hidden = await EffectiveAsync("levels-if", "levels");
        hidden.Hidden.ShouldBe(true);
        hidden.Value.ShouldBeNull();
        await Interfaces.HideAsync("levels", new()).ShouldBeRefused(ProblemCodes.InvalidDocument);
    }

    [Fact]
    public async Task A_change_set_shows_the_difference_commits_it_and_a_rollback_takes_it_back()
    {
        await CertificateAsync("staged");
        var before = await CreatedAsync("staged");
        var set = (await manager.Cluster.ChangeSets.OpenAsync("port")).Value.Id;
        await manager.Cluster.InChangeSet(set).Settings<ManagementInterface>().PatchAsync("staged", new JsonObject { ["port"] = 8443 });

        (await PortAsync("staged")).ShouldBe(443);
        var change = (await manager.Cluster.ChangeSets.DiffAsync(set)).Changes.Single();
        $"{change.Change} {change.Kind}/{change.Name} {change.Fields[0]}".ShouldBe("updated interfaces/staged /port");
        (await manager.Cluster.ChangeSets.CommitAsync(set, new CommitRequest { Comment = "port" })).Receipt.Created.ShouldBeTrue();
        (await PortAsync("staged")).ShouldBe(8443);

        (await manager.Cluster.Revisions.RollBackAsync(before, new RollbackRequest { Comment = "back" })).Receipt.Created.ShouldBeTrue();
        (await PortAsync("staged")).ShouldBe(443);
    }

    [Fact]
    public async Task A_bound_certificate_says_where_it_is_used_and_is_not_deleted()
    {
        await CertificateAsync("bound");
        await CreatedAsync("bound");
        await Interfaces.CopyAsync("bound", new RelocationRequest { ToLevel = "group:main" });

        (await Certificates.GetUsagesAsync("bound")).Bindings
            .Select(b => $"{b.Kind}/{b.Name}@{b.Level}")
            .ShouldBe(["interfaces/bound@cluster", "interfaces/bound@group:main"]);
        var refused = await Certificates.DeleteAsync("bound").ShouldBeRefused(ProblemCodes.InUse);
        refused.Status.ShouldBe(409);
        refused.Detail.ShouldBe(
            "'bound' is in use by interfaces/bound (cluster), interfaces/bound (group:main); change what refers to it first.");
        refused.References.ShouldNotBeNull().Count.ShouldBe(2);

        await Interfaces.DeleteAsync("bound", new() { Level = Main });
        await Interfaces.DeleteAsync("bound");
        await Certificates.DeleteAsync("bound");
    }

    [Fact]
    public async Task A_certificate_that_is_nowhere_hidden_or_compromised_is_told()
    {
        await RefusedAsync(Interfaces.PutAsync("refused", Of("nowhere")), "dangling-reference");

        await CertificateAsync("refused");
        await CreatedAsync("refused");
        await RefusedAsync(Certificates.HideAsync("refused", new() { Level = Main }), "hidden-reference");
        await Certificates.MarkCompromisedAsync("refused", 1);
        (await FoundAsync("refused")).ShouldContain("certificate-version-compromised");
    }

    [Fact]
    public async Task A_certificate_is_judged_by_the_hostname_of_the_interface()
    {
        await CertificateAsync("named");
        (await FoundAsync("named")).ShouldContain("certificate-unused");
        await CreatedAsync("named");
        (await FoundAsync("named")).ShouldNotContain(c => c == "certificate-unused" || c == "name-mismatch");

        await Interfaces.PatchAsync("named", new JsonObject { ["hostname"] = "gw2.example.test" });
        (await FindingsAsync()).Single(f => f.Code == "name-mismatch" && f.Name == "named").Message.ShouldStartWith(
            "Certificate 'named' on interfaces/named: No name of the certificate covers 'gw2.example.test'");
        (await Certificates.GetAsync("named")).Value.Codes().ShouldContain("name-mismatch");

        await Interfaces.PatchAsync("named", new JsonObject { ["hostname"] = null });
        (await FoundAsync("named")).ShouldNotContain("name-mismatch");
    }

    [Fact]
    public async Task While_no_joined_machine_serves_it_validate_and_findings_say_so_and_no_machine_is_touched()
    {
        await manager.AddMachineAsync("mail-only");
        await CertificateAsync("unserved");
        var set = (await manager.Cluster.ChangeSets.OpenAsync("new")).Value.Id;
        await manager.Cluster.InChangeSet(set).Settings<ManagementInterface>().PutAsync("unserved", Of("unserved"));

        var validation = await manager.Cluster.ChangeSets.ValidateAsync(set);
        validation.Findings.Select(f => $"{f.Code} {f.Kind}/{f.Name}").ShouldContain("interface-not-hosted interfaces/unserved");
        validation.Impact.Machines.ShouldBeEmpty();
        validation.Impact.KeysReleased.ShouldBeEmpty();
        await manager.Cluster.ChangeSets.CommitAsync(set, new CommitRequest { Comment = "new" });
        (await FoundAsync("unserved")).ShouldContain("interface-not-hosted");

        var service = new ServiceAnnouncement { Name = "web", Driver = "web", Kinds = { "interfaces", "certificates" } };
        foreach (var name in new[] { "unserved", "served" })
            service.Endpoints.Add(new Protocol.V1.Endpoint { Kind = "interfaces", Name = name, Address = "127.0.0.1", Port = 443 });
        await manager.AddMachineAsync("web-only", service);
        await RefusedAsync(Interfaces.PutAsync("served", Of("unserved")), "unsupported-by-host");
        await manager.Cluster.Machines.RemoveAsync("web-only");
        service.Features.Add("interface.https-certificate");
        await manager.AddMachineAsync("web-able", service);
        await Interfaces.PutAsync("served", Of("unserved"));
        (await FoundAsync("unserved")).ShouldNotContain("interface-not-hosted");
        (await FoundAsync("served")).ShouldNotContain("interface-not-hosted");
        await Interfaces.PutAsync("served", Of("unserved"), AgentSteps.OfMachine("mail-only"));
        (await FindingsAsync())
            .Where(f => f.Code == "interface-not-hosted" && f.Name == "served")
            .Select(f => f.Level)
            .ShouldBe(["machine:mail-only"]);
    }

    private static ManagementInterface Of(string certificate) =>
        new() { Hostname = "gw1.example.test", Port = 443, HttpsCertificate = certificate };

    private static List<(string Pointer, string Code)> Errors(RestAnswer refused) =>
        [.. refused.Json["errors"]!.AsArray().Select(e => ((string)e!["pointer"]!, (string)e["code"]!))];

    private static async Task RefusedAsync(Task request, string code)
    {
        var refused = await request.ShouldBeRefused(ProblemCodes.ValidationFailed);
        refused.Status.ShouldBe(422);
        refused.Findings.ShouldNotBeNull()[0].Code.ShouldBe(code);
    }

    private Task CertificateAsync(string name) => Certificates.MakeAsync(name, "gw1.example.test");

    // The revision that has it first.
    private async Task<long> CreatedAsync(string name)
    {
        var written = await Interfaces.PutAsync(name, Of(name));
        written.Receipt.Created.ShouldBeTrue();
        return written.Receipt.Revision!.Value;
    }

    private async Task<int> PortAsync(string name) => (await Interfaces.GetAsync(name)).Value.Document!.Port;

    private async Task<EffectiveItemShape> EffectiveAsync(string machine, string name) =>
        (await manager.Cluster.Machines.GetEffectiveAsync(machine, explain: true)).Value.Items
            .Single(i => i.Kind == Kinds.Interfaces && i.Name == name);

    private async Task<List<Finding>> FindingsAsync() => await manager.Cluster.Findings.ListAsync().ToListAsync();

    private async Task<List<string>> FoundAsync(string name) =>
        [.. (await FindingsAsync()).Where(f => f.Name == name).Select(f => f.Code)];

    private Task<RestAnswer> Get(string name) => manager.Rest.GetAsync(At($"interfaces/{name}"));

    private Task<RestAnswer> Put(string name, JsonNode body) => manager.Rest.PutAsync(At($"interfaces/{name}"), body);
}
