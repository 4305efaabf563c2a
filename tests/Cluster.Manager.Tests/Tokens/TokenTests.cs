using Cluster.Client.Access;
using Cluster.Contracts.Access;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Tokens;

/// <summary>What must not hold a secret is read as text.</summary>
public sealed class TokenTests(TestManager manager) : IClassFixture<TestManager>
{
    private TokensClient Tokens => manager.Client.Tokens;

    [Fact]
    public async Task A_token_is_shown_once_works_until_it_is_withdrawn_and_is_logged_nowhere()
    {
        var made = await Tokens.CreateAsync(Asked("ci", "mail", Role.Operator));
        made.Receipt.Created.ShouldBeTrue();
        var (id, secret) = (made.Value.Id, made.Value.Token.ShouldNotBeNull());
        using var rest = manager.RestWith(secret);

        secret.ShouldStartWith("cluster_");
        (await rest.GetAsync("/clusters/mail")).Expect(200);
        (await manager.Rest.GetAsync($"/tokens/{id}")).Expect(200).Text.ShouldNotContain(secret);
        (await manager.Rest.GetAsync("/tokens")).Expect(200).Text.ShouldNotContain(secret);
        await Tokens.DeleteAsync(id);
        (await rest.GetAsync("/clusters/mail")).Expect(401).Text.ShouldNotContain(secret);
        manager.Log.Text.ShouldNotContain(secret);
        (await manager.Rest.GetAsync("/audit?action=token.create")).Expect(200).Text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_token_gives_no_more_than_it_has()
    {
        using var admin = await manager.ClientAsAsync(Role.Admin);

        (await admin.Tokens.CreateAsync(Asked("same", "mail", Role.Admin))).Receipt.Created.ShouldBeTrue();
        (await RefusedAsync(Asked("all", "*", Role.Viewer))).Pointer.ShouldBe("/grants/0");
        (await RefusedAsync(Asked("keys", "mail", Role.Viewer, exportKeys: true))).Pointer.ShouldBe("/grants/0");
        (await RefusedAsync(Asked("owner", "mail", Role.Owner))).Pointer.ShouldBe("/grants/0/role");
        (await RefusedAsync(Asked("nowhere", "nowhere", Role.Viewer))).Code.ShouldBe("unknown-cluster");
        (await RefusedAsync(Asked("long", "mail", Role.Viewer) with { Ttl = "3650d" })).Code.ShouldBe("exceeds-own");
        await admin.Clusters.CreateAsync("x").ShouldBeRefused(ProblemCodes.Forbidden);

        async Task<FieldError> RefusedAsync(TokenCreate asked) =>
            (await admin.Tokens.CreateAsync(asked).ShouldBeRefused(ProblemCodes.InvalidDocument)).Errors[0];
    }

    [Fact]
    public async Task An_admin_of_one_cluster_does_not_see_tokens_of_others()
    {
        using var admin = await manager.ClientAsAsync(Role.Admin);
        var owners = (await Tokens.CreateAsync(Asked("everything", "*", Role.Viewer))).Value.Id;

        await admin.Tokens.GetAsync(owners).ShouldBeRefused(ProblemCodes.NotFound);
        await admin.Tokens.DeleteAsync(owners).ShouldBeRefused(ProblemCodes.NotFound);
        (await admin.Tokens.ListAsync().ToListAsync()).Select(t => t.Name).ShouldNotContain("everything");
    }

    [Fact]
    public async Task A_dry_run_shows_no_secret_and_makes_no_token()
    {
        var dry = await Tokens.CreateAsync(Asked("dry", "mail", Role.Viewer), new() { DryRun = true });

        dry.Receipt.Created.ShouldBeTrue();
        dry.Value.Token.ShouldBeNull();
        await Tokens.GetAsync(dry.Value.Id).ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_join_token_is_shown_once_with_the_whole_command()
    {
        var tokens = manager.Cluster.JoinTokens;
        var (made, receipt) = await tokens.CreateAsync(new JoinTokenCreate { Ttl = "30m" });
        var secret = made.Token.ShouldNotBeNull();

        receipt.Created.ShouldBeTrue();
        made.CaPin.ShouldNotBeNull().ShouldStartWith("sha256:");
        made.Command.ShouldBe($"cluster-agent join --manager {manager.Options.Agents} --ca-pin {made.CaPin} --token-file -");
        made.Command!.ShouldNotContain(secret);
        (await manager.Rest.GetAsync(At($"join-tokens/{made.Id}"))).Expect(200).Text.ShouldNotContain(secret);
        await tokens.DeleteAsync(made.Id);
        await tokens.GetAsync(made.Id).ShouldBeRefused(ProblemCodes.NotFound);
        manager.Log.Text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_join_token_that_cannot_work_is_refused_with_every_reason()
    {
        var tokens = manager.Cluster.JoinTokens;
        string[] networks = ["10.0.0.0/99", "10.0.0.0/8", "192.0.2.010/32", "192.0.2.1/24"];
        var asked = new JoinTokenCreate { Ttl = "1s", Uses = 0, Machine = "-", From = networks };

        (await tokens.CreateAsync(asked).ShouldBeRefused(ProblemCodes.InvalidDocument)).Errors
            .Select(e => e.Pointer)
            .ShouldBe(["/ttl", "/uses", "/machine", "/from/0", "/from/2", "/from/3"], ignoreOrder: true);
        await tokens.CreateAsync(new JoinTokenCreate { Group = "nowhere" }).ShouldBeRefused(ProblemCodes.InvalidDocument);
        await tokens.CreateAsync(new JoinTokenCreate { Restore = Guid.NewGuid() }).ShouldBeRefused(ProblemCodes.InvalidDocument);
    }

    private static TokenCreate Asked(string name, string cluster, Role role, bool exportKeys = false) =>
        new() { Name = name, Grants = [new Grant { Cluster = cluster, Role = role, ExportKeys = exportKeys }] };
}
