using System.Text.Json.Nodes;
using Cluster.Client.Clusters;
using Cluster.Contracts.Access;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Clusters;

public sealed class ClusterTests(TestManager manager) : IClassFixture<TestManager>
{
    private ClustersClient Clusters => manager.Client.Clusters;

    [Fact]
    public async Task A_new_cluster_has_an_epoch_no_revision_and_the_group_main()
    {
        (await manager.Rest.PostAsync("/clusters", Named("located"))).Expect(201).Headers["Location"].ShouldBe("/api/v1/clusters/located");

        var (made, receipt) = await Clusters.CreateAsync("fresh");
        receipt.Created.ShouldBeTrue();
        made.State.ShouldBe(ClusterState.Ok);
        made.Epoch.ShouldBe(1);
        made.Revision.ShouldBe(0);
        (await manager.Client.Cluster("fresh").Groups.ListAsync().ToListAsync()).Select(g => g.Name).ShouldBe(["main"]);
    }

    [Fact]
    public async Task A_name_is_taken_once_and_must_fit()
    {
        (await Clusters.CreateAsync("taken")).Receipt.Created.ShouldBeTrue();

        (await Clusters.CreateAsync("taken").ShouldBeRefused(ProblemCodes.NameTaken)).Status.ShouldBe(409);
        (await Clusters.CreateAsync("Not A Name").ShouldBeRefused(ProblemCodes.InvalidDocument)).Errors[0].Pointer.ShouldBe("/name");
        (await manager.Rest.PutAsync("/clusters/taken", Named("taken"), ("If-None-Match", "*"))).Expect(412);
    }

    [Fact]
    public async Task Every_wrong_member_is_reported_at_once()
    {
        var errors =
            (await manager.Rest.PostAsync("/clusters", new JsonObject { ["nam"] = 1, ["x"] = true })).Expect(422).Json["errors"]!.AsArray();

        errors.Select(e => ((string)e!["pointer"]!, (string)e["code"]!))
            .ShouldBe([("/nam", "unknown-member"), ("/x", "unknown-member"), ("/name", "required")], ignoreOrder: true);
    }

    [Fact]
    public async Task Renaming_keeps_the_id_and_needs_the_right_tag()
    {
        var made = await Clusters.CreateAsync("before");

        await Clusters.RenameAsync("before", "after", new() { IfMatch = "\"other\"" }).ShouldBeRefused(ProblemCodes.ChangedMeanwhile);
        var renamed = await Clusters.RenameAsync("before", "after", new() { IfMatch = made.ETag.ShouldNotBeNull() });

        renamed.Value.Id.ShouldBe(made.Value.Id);
        renamed.ETag.ShouldNotBeNull().ShouldNotBe(made.ETag);
        await Clusters.GetAsync("before").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_dry_run_makes_nothing()
    {
        (await Clusters.CreateAsync("dry", new() { DryRun = true })).Receipt.Created.ShouldBeTrue();

        await Clusters.GetAsync("dry").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_deleted_cluster_is_gone_with_everything_and_its_name_is_free_but_its_grants_do_not_pass_on()
    {
        await Clusters.CreateAsync("gone");
        var gone = manager.Client.Cluster("gone");
        using var admin = await manager.ClientAsAsync(Role.Admin, "gone");
        await gone.Groups.PutAsync("edge");
        await gone.Machines.PrepareAsync(new MachineCreate { Name = "mx1.example" });
        await gone.JoinTokens.CreateAsync();

        await Clusters.DeleteAsync("gone");
        await Clusters.GetAsync("gone").ShouldBeRefused(ProblemCodes.NotFound);
        (await Clusters.CreateAsync("gone")).Receipt.Created.ShouldBeTrue();
        await admin.Clusters.GetAsync("gone").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_cluster_with_members_is_not_deleted_and_says_who_they_are()
    {
        await manager.AddMachineAsync("member.example");

        var refused = await Clusters.DeleteAsync(TestManager.ClusterName).ShouldBeRefused(ProblemCodes.ClusterInUse);
        refused.Status.ShouldBe(409);
        refused.References.ShouldNotBeNull().Select(r => r.Name).ShouldContain("member.example");
    }

    [Fact]
    public async Task Lists_are_paged_by_name_and_show_only_what_is_granted()
    {
        foreach (var name in new[] { "page-a", "page-b", "page-c" }) await Clusters.CreateAsync(name);
        using var viewer = await manager.ClientAsAsync(Role.Viewer, "page-b");

        (await viewer.Clusters.ListAsync().ToListAsync()).Select(c => c.Name).ShouldBe(["page-b"]);
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page =
                (await manager.Rest.GetAsync($"/clusters?pageSize=1{(token is null ? "" : $"&pageToken={token}")}")).Expect(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(c => (string)c!["name"]!));
            token = (string?)page["nextPageToken"];
        }
        while (token is not null);
        seen.ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
        seen.ShouldContain("page-c");
        (await manager.Rest.GetAsync("/clusters?pageSize=0")).Expect(422);
        (await manager.Rest.GetAsync("/clusters?pageSize=many")).Expect(400).Code.ShouldBe("invalid-parameter");
        (await manager.Rest.GetAsync("/clusters?pageToken=%21")).Expect(422);
    }

    private static JsonObject Named(string name) => new() { ["name"] = name };
}
