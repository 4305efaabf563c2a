using System.Net;
using Cluster.Client.Tests.Fixtures;
using Cluster.Contracts.Access;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests.Rest;

public sealed class PagingTests(ClientFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_goes_over_all_pages()
    {
        var cluster = await fixture.NewClusterAsync();
        var made = new List<Guid>();
        for (var i = 0; i < 60; i++) made.Add((await cluster.JoinTokens.CreateAsync(ct: Ct)).Value.Id);
        (await cluster.JoinTokens.ListAsync(Ct).ToListAsync(Ct)).Select(t => t.Id).ShouldBe(made, ignoreOrder: true);
    }

    [Fact]
    public async Task The_next_page_is_asked_for_only_when_the_caller_gets_there()
    {
        const string Token =
            """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","name":"ci","grants":[],"createdAt":"2026-11-24T08:00:00Z","unknown":1}""";
        using var handler = new ScriptedHandler(
            (HttpStatusCode.OK, "application/json", $$"""{"items":[{{Token}}],"nextPageToken":"a+b"}"""),
            (HttpStatusCode.OK, "application/json", $$"""{"items":[{{Token}}]}"""));
        using var client = handler.Client();

        await using var tokens = client.Tokens.ListAsync(Ct).GetAsyncEnumerator(Ct);
        (await tokens.MoveNextAsync()).ShouldBeTrue();
        handler.Asked.ShouldBe(["/api/v1/tokens"]);
        (await tokens.MoveNextAsync()).ShouldBeTrue();
        (await tokens.MoveNextAsync()).ShouldBeFalse();
        handler.Asked.ShouldBe(["/api/v1/tokens", "/api/v1/tokens?pageToken=a%2Bb"]);
    }

    [Fact]
    public async Task A_token_of_one_grant_sees_its_cluster_only()
    {
        var cluster = await fixture.NewClusterAsync();
        var grant = new Grant { Cluster = cluster.Name, Role = Role.Viewer };
        var token = await fixture.Client.Tokens.CreateAsync(new TokenCreate { Name = "viewer", Grants = [grant], Ttl = "1h" }, ct: Ct);
        using var client = new ClusterClient(fixture.Options with { Token = token.Value.Token });
        (await client.Clusters.ListAsync(Ct).ToListAsync(Ct)).ShouldHaveSingleItem().Name.ShouldBe(cluster.Name);
        await fixture.Client.Tokens.DeleteAsync(token.Value.Id, ct: Ct);
    }
}
