using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.ChangeSets;

public sealed class ChangeSetRulesTests
{
    private static readonly Item Running = Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off","requireTlsForAuth":false}""");

    [Fact]
    public void An_item_that_changed_since_it_was_staged_is_a_conflict()
    {
        ChangeSetRules.Conflicts(Make.Snapshot(Running), [Edit("required", Guid.NewGuid())]).Single().Theirs.ShouldBe(Running);
        ChangeSetRules.Conflicts(Make.Snapshot(Running), [Edit("required", null)]).Count.ShouldBe(1);
        ChangeSetRules.Conflicts(Make.Snapshot(), [Edit("required", Running.VersionId)]).Single().Theirs.ShouldBeNull();
        ChangeSetRules.Conflicts(Make.Snapshot(Running), [Edit("required", Running.VersionId)]).ShouldBeEmpty();
    }

    [Fact]
    public void Edits_that_say_what_runs_already_change_nothing()
    {
        var same = new StagedEdit { Key = Running.Key, Name = Running.Name, Kind = EditKind.Put, Document = Running.Document };
        var gone = new StagedEdit { Key = Running.Key with { Name = "other" }, Name = "other", Kind = EditKind.Delete };

        ChangeSetRules.Effective(Make.Snapshot(Running), [same, gone]).ShouldBeEmpty();
    }

    [Fact]
    public void Staged_edits_lie_over_what_runs()
    {
        var overlaid = ChangeSetRules.Overlay(Make.Snapshot(Running), [Edit("required", Running.VersionId)]);

        overlaid.Find(Running.Key)!.Document!.Read<MailFlowPolicy>().Tls.ShouldBe(PolicyTls.Required);
    }

    [Fact]
    public void A_difference_names_the_members_that_differ()
    {
        var change =
            ConfigurationDiff.Between(Make.Snapshot(Running), ChangeSetRules.Overlay(Make.Snapshot(Running), [Edit("required", null)]))
                .Single();

        change.Change.ShouldBe(ChangeKind.Updated);
        change.Fields.ShouldBe(["/requireTlsForAuth", "/tls"]);
    }

    private static StagedEdit Edit(string tls, Guid? baseVersion) => new()
    {
        Key = Running.Key, Name = Running.Name, Kind = EditKind.Put, Document = SettingsDocument.FromElement(
            Kinds.MailFlowPolicies, Make.Json($$"""{"tls":"{{tls}}"}""")), BaseVersionId = baseVersion,
    };
}
