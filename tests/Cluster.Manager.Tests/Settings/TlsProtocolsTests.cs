using System.Text;
using System.Text.Json.Nodes;
using Cluster.Client.Settings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

/// <summary>
/// One document for callers, single blocks for levels, merging and diffs. Each test begins with a cluster that defines none.
/// </summary>
public sealed class TlsProtocolsTests(TestManager manager) : IClassFixture<TestManager>, IAsyncLifetime
{
    private const string Lowered = "tls-minimum-lowered";
    private static readonly TlsProtocolBlock Tls12 = new() { Minimum = TlsVersion.Tls12 };
    private static readonly TlsProtocolBlock Tls13 = new() { Minimum = TlsVersion.Tls13 };

    private TlsProtocolsClient Protocols => manager.Cluster.TlsProtocols;

    public async ValueTask InitializeAsync()
    {
        await manager.Rest.DeleteAsync(At($"tls-protocols?acknowledge={Lowered}"));
        await manager.Rest.DeleteAsync(At($"tls-protocols?level=group:main&acknowledge={Lowered}"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_put_replaces_the_blocks_of_a_level()
    {
        (await Get()).Expect(200).Text.ShouldBe("{}");
        var made = (await Put("""{"https":{"minimum":"tls1.2"},"clients":{"minimum":"tls1.0"}}""")).Expect(201);
        var shown = (await Get()).Expect(200);
        shown.Text.ShouldBe("""{"clients":{"minimum":"tls1.0"},"https":{"minimum":"tls1.2"}}""");
        shown.Headers["ETag"].ShouldBe(made.Headers["ETag"]);

        var replaced = (await Put(
            """{"https":{"minimum":"tls1.2"},"smtpInbound":{"minimum":"tls1.0","maximum":"tls1.2"}}""", acknowledge: Lowered)).Expect(200);

        long.Parse(replaced.Headers["Cluster-Revision"]).ShouldBe(long.Parse(made.Headers["Cluster-Revision"]) + 1);
        var now = (await Get()).Expect(200);
        now.Text.ShouldBe("""{"https":{"minimum":"tls1.2"},"smtpInbound":{"maximum":"tls1.2","minimum":"tls1.0"}}""");
        now.Headers["ETag"].ShouldBe(replaced.Headers["ETag"]);
        (await manager.Rest.PutAsync(At("tls-protocols"), now.Json, ("If-Match", made.Headers["ETag"]))).Status.ShouldBe(412);
        (await manager.Rest.PutAsync(At("tls-protocols"), now.Json, ("If-None-Match", "*"))).Status.ShouldBe(412);
        (await manager.Rest.GetAsync(At("tls-protocols"), ("If-None-Match", now.Headers["ETag"]))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task A_patch_changes_members_and_takes_single_blocks_away()
    {
        (await Patch("""{"https":{"minimum":"tls1.1","maximum":"tls1.2"}}""")).Expect(200);
        (await Patch("""{"clients":{"minimum":"tls1.2"},"https":{"minimum":"tls1.2","maximum":null}}""")).Expect(200)
            .Text.ShouldBe("""{"clients":{"minimum":"tls1.2"},"https":{"minimum":"tls1.2"}}""");

        (await Patch("""{"clients":null}""", acknowledge: Lowered)).Expect(200).Text.ShouldBe("""{"https":{"minimum":"tls1.2"}}""");
        Errors(await Patch("""{"smtpOutbound":{"ciphers":["AES128-SHA"]}}""")).ShouldBe([("/smtpOutbound/minimum", "required")]);
        (await manager.Rest.DeleteAsync(At($"tls-protocols?acknowledge={Lowered}"))).Expect(204);
        (await Get()).Expect(200).Text.ShouldBe("{}");
        (await manager.Rest.DeleteAsync(At("tls-protocols"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_told_at_once_with_pointers_below_the_block()
    {
        Errors(
            await Put(
                """
                {"https":{"minimum":"ssl3","colour":"red"},"smtpInbound":{"minimum":"tls1.3","maximum":"tls1.1"},"imap":{"minimum":"tls1.2"},
                 "clients":{"minimum":"tls1.2","ciphers":["aNULL","AES128-SHA","AES128-SHA"]},"clients":{"minimum":"tls1.2"},"smtpOutbound":null}
                """)).ShouldBe(
            [
                ("/https/minimum", "unknown-value"), ("/https/colour", "unknown-member"), ("/smtpInbound/maximum", "contradiction"),
                ("/imap", "unknown-member"), ("/clients/ciphers/0", "insecure-cipher"), ("/clients/ciphers/2", "duplicate"),
                ("/clients", "duplicate-member"), ("/smtpOutbound", "null-not-allowed")
            ], ignoreOrder: true);
        Errors(await Put("[]")).ShouldBe([("", "type")]);
        (await Get()).Text.ShouldBe("{}");
    }

    [Fact]
    public async Task A_level_that_defines_none_says_what_it_inherits_from()
    {
        var nowhere = await Get("?level=group:main");
        (nowhere.Status, nowhere.Code, nowhere.Json["inheritedFrom"]).ShouldBe((404, "not-defined-at-level", null));
        (await Put("""{"https":{"minimum":"tls1.2"}}""")).Expect(201);

        var inherited = await Get("?level=group:main");

        (inherited.Status, inherited.Code, (string?)inherited.Json["inheritedFrom"]).ShouldBe((404, "not-defined-at-level", "cluster"));
        (await Patch("""{"https":{"minimum":"tls1.3"}}""", "?level=group:main")).Code.ShouldBe("not-defined-at-level");
        (await manager.Rest.DeleteAsync(At("tls-protocols?level=group:main"))).Code.ShouldBe("not-defined-at-level");
    }

    [Fact]
    public async Task Levels_are_merged_block_by_block()
    {
        await manager.AddMachineAsync("blocks");
        await Protocols.PutAsync(new() { Https = Tls12, SmtpInbound = new() { Minimum = TlsVersion.Tls10 } });
        await Protocols.PutAsync(new() { Https = Tls13, Clients = Tls12 }, new() { Level = new(LevelKind.Group, "main") });

        var items = (await manager.Cluster.Machines.GetEffectiveAsync("blocks", explain: true)).Value.Items
            .Where(i => i.Kind == Kinds.TlsProtocols)
            .Select(i => (i.Name, i.Value?.GetProperty("minimum").GetString(), i.Origin?.Level));

        items.ShouldBe(
            [("clients", "tls1.2", "group:main"), ("https", "tls1.3", "group:main"), ("smtpInbound", "tls1.0", "cluster")],
            ignoreOrder: true);
        await manager.Cluster.Machines.RemoveAsync("blocks");
    }

    [Fact]
    public async Task A_change_set_holds_single_blocks()
    {
        var sets = manager.Cluster.ChangeSets;
        var before = new TlsProtocolBlocks { Https = Tls12, Clients = Tls12 };
        await Protocols.PutAsync(before);
        var set = (await sets.OpenAsync()).Value.Id;
        var within = manager.Cluster.InChangeSet(set).TlsProtocols;

        var staged = await within.PutAsync(new() { Https = Tls13, Clients = Tls12, SmtpInbound = Tls12 });

        (staged.Receipt.Created, staged.Receipt.ChangeSet).ShouldBe((false, set));
        (await Protocols.GetAsync()).Value.ShouldBe(before);
        var seen = await within.GetAsync();
        seen.Value.ShouldBe(staged.Value);
        seen.ETag.ShouldBe(staged.ETag.ShouldNotBeNull());
        (await sets.DiffAsync(set)).Changes.Select(c => (c.Kind, c.Name, c.Change)).ShouldBe(
            [("tls-protocols", "https", "updated"), ("tls-protocols", "smtpInbound", "created")], ignoreOrder: true);
        await sets.UnstageAsync(set, Kinds.TlsProtocols, TlsProtocolBlock.SmtpInbound);
        var committed = await sets.CommitAsync(set, new CommitRequest { Comment = "https only" });
        (await Protocols.GetAsync()).Value.ShouldBe(new TlsProtocolBlocks { Https = Tls13, Clients = Tls12 });

        await Protocols.PatchAsync(new JsonObject { ["clients"] = new JsonObject { ["minimum"] = "tls1.3" } });
        var undone = await manager.Cluster.Revisions.UndoAsync(committed.Value!.Number, new RollbackRequest { Comment = "https back" });
        (committed.Receipt.Created, undone.Receipt.Created).ShouldBe((true, true));
        (await Protocols.GetAsync()).Value.ShouldBe(new TlsProtocolBlocks { Https = Tls12, Clients = Tls13 });
    }

    [Theory]
    [InlineData("""{"https":{"minimum":"tls1.1"}}""")]
    [InlineData("""{"https":null}""")]
    public async Task An_older_minimum_must_be_acknowledged(string patch)
    {
        var patched = JsonNode.Parse(patch)!.AsObject();
        await Protocols.PutAsync(new() { Https = Tls12, Clients = Tls12 });

        var refused = await Protocols.PatchAsync(patched).ShouldBeRefused(ProblemCodes.AcknowledgementRequired);

        refused.Status.ShouldBe(409);
        refused.Acknowledge.ShouldBe([Lowered]);
        await Protocols.PatchAsync(patched, new() { Acknowledge = [Lowered] });
    }

    [Fact]
    public async Task Copy_and_move_take_all_blocks_and_leave_those_that_only_the_other_level_defines()
    {
        var to = new JsonObject { ["toLevel"] = "group:main" };
        (await manager.Rest.PostAsync(At("tls-protocols/copy"), to.DeepClone())).Status.ShouldBe(404);
        (await Put("""{"https":{"minimum":"tls1.2"},"clients":{"minimum":"tls1.2"}}""")).Expect(201);
        (await Put("""{"smtpOutbound":{"minimum":"tls1.2"}}""", "?level=group:main")).Expect(201);

        (await manager.Rest.PostAsync(At("tls-protocols/copy"), to.DeepClone())).Expect(200);
        (await manager.Rest.PostAsync(At("tls-protocols/copy"), to.DeepClone())).Code.ShouldBe("exists-at-level");
        Errors(await manager.Rest.PostAsync(At("tls-protocols/copy"), new JsonObject { ["toLevel"] = "cluster" })).ShouldBe(
            [("/toLevel", "same-level")]);
        to["replace"] = true;
        (await manager.Rest.PostAsync(At("tls-protocols/move"), to)).Expect(200).Text.ShouldBe(
            """{"clients":{"minimum":"tls1.2"},"https":{"minimum":"tls1.2"},"smtpOutbound":{"minimum":"tls1.2"}}""");

        (await Get()).Text.ShouldBe("{}");
    }

    [Fact]
    public async Task A_block_that_no_service_takes_is_found_and_holds_nothing_back()
    {
        await Protocols.PutAsync(new() { SmtpInbound = Tls12 });
        (await manager.Cluster.Findings.ListAsync().ToListAsync())
            .Where(f => f.Kind == Kinds.TlsProtocols)
            .Select(f => (f.Name, f.Code))
            .ShouldBe([("smtpInbound", "tls-protocols-not-applied")]);
        var service = new ServiceAnnouncement { Name = "web", Driver = "nginx" };
        service.Kinds.Add(Kinds.TlsProtocols);
        service.Features.AddRange(["tls-protocols.https", "tls-protocols.smtpInbound"]);
        await manager.AddMachineAsync("announces", service);

        await Protocols.PatchAsync(new JsonObject { ["https"] = new JsonObject { ["minimum"] = "tls1.2" } });
        await Protocols.PatchAsync(new JsonObject { ["clients"] = new JsonObject { ["minimum"] = "tls1.2" } });

        (await manager.Cluster.Findings.ListAsync().ToListAsync())
            .Where(f => f.Kind == Kinds.TlsProtocols)
            .Select(f => (f.Name, f.Code))
            .ShouldBe([("clients", "tls-protocols-not-applied")]);
        await manager.Cluster.Machines.RemoveAsync("announces");
    }

    private static List<(string Pointer, string Code)> Errors(RestAnswer refused) =>
        [.. refused.Json["errors"]!.AsArray().Select(e => ((string)e!["pointer"]!, (string)e["code"]!))];

    private Task<RestAnswer> Get(string query = "") => manager.Rest.GetAsync(At($"tls-protocols{query}"));

    private Task<RestAnswer> Put(string json, string query = "", string? acknowledge = null) =>
        Send(HttpMethod.Put, json, query, acknowledge);

    private Task<RestAnswer> Patch(string json, string query = "", string? acknowledge = null) =>
        Send(HttpMethod.Patch, json, query, acknowledge);

    private Task<RestAnswer> Send(HttpMethod method, string json, string query, string? acknowledge)
    {
        var acknowledged = acknowledge is null ? "" : $"{(query.Length == 0 ? '?' : '&')}acknowledge={acknowledge}";
        return manager.Rest.SendAsync(
            method, At($"tls-protocols{query}{acknowledged}"), new StringContent(json, Encoding.UTF8, "application/json"));
    }
}
