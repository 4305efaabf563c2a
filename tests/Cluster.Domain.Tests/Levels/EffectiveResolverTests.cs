using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;
using CsCheck;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Levels;

public sealed class EffectiveResolverTests
{
    private static readonly LevelKind[] NearestFirst = [LevelKind.Machine, LevelKind.Group, LevelKind.Cluster];

    [Fact]
    public void The_nearest_level_that_defines_an_item_wins()
    {
        var effective = Resolve(
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}"""),
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"preferred"}""", LevelKind.Group),
            Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"required"}""", LevelKind.Machine));

        effective.Get<MailFlowPolicy>("accept")!.Tls.ShouldBe(PolicyTls.Required);
        effective.Find(Kinds.MailFlowPolicies, "accept")!.Overrides
            .Select(o => o.Key.LevelKind)
            .ShouldBe([LevelKind.Group, LevelKind.Cluster]);
    }

    [Fact]
    public void A_hidden_object_is_gone_although_a_farther_level_defines_it()
    {
        var effective = Resolve(
            Make.Item(Kinds.DestinationControls, "example.org", """{"tls":"required"}"""),
            Make.Item(Kinds.DestinationControls, "example.org", null, LevelKind.Group));

        effective.Items.ShouldBeEmpty();
        effective.FindHidden(Kinds.DestinationControls, "EXAMPLE.org").ShouldNotBeNull();
    }

    [Fact]
    public void A_machine_defines_again_what_its_group_hides()
    {
        var effective = Resolve(
            Make.Item(Kinds.DestinationControls, "example.org", null, LevelKind.Group),
            Make.Item(Kinds.DestinationControls, "example.org", """{"tls":"none"}""", LevelKind.Machine));

        effective.Get<DestinationControl>("example.org")!.Tls.ShouldBe(DestinationTls.None);
    }

    [Fact]
    public void Domains_merge_whatever_the_form_in_which_they_are_written()
    {
        var effective = Resolve(
            Make.Item(Kinds.DestinationControls, "bücher.example", """{"tls":"none"}"""),
            Make.Item(Kinds.DestinationControls, "XN--BCHER-KVA.example", """{"tls":"required"}""", LevelKind.Group));

        effective.Items.Count.ShouldBe(1);
        effective.Find(Kinds.DestinationControls, "bücher.example")!.Name.ShouldBe("XN--BCHER-KVA.example");
    }

    [Fact]
    public void Settings_of_other_groups_and_machines_do_not_count()
    {
        var effective = Resolve(Make.Item(Kinds.MailFlowPolicies, "accept", """{"tls":"off"}""", LevelKind.Group, Guid.NewGuid()));

        effective.Items.ShouldBeEmpty();
    }

    [Fact]
    public void Resolution_agrees_with_its_definition_for_any_configuration()
    {
        var entry = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Bool);
        entry.Array[0, 12].Sample(entries =>
        {
            var items = entries.DistinctBy(e => (e.Item1, e.Item2))
                .Select(
                    e => Make.Item(
                        Kinds.MailFlowPolicies, $"p{e.Item2}", e.Item3 && e.Item1 > 0 ? null : """{"tls":"off"}""", (LevelKind)e.Item1))
                .ToList();
            var effective = Resolve([.. items]);
            for (var name = 0; name < 4; name++)
            {
                var expected = NearestFirst.Select(level => items.Find(i => i.Key.LevelKind == level && i.Name == $"p{name}"))
                    .FirstOrDefault(i => i is not null);
                effective.Find(Kinds.MailFlowPolicies, $"p{name}")?.Item.ShouldBe(expected);
                (effective.Find(Kinds.MailFlowPolicies, $"p{name}") is null).ShouldBe(expected is null || expected.Hidden);
            }
        });
    }

    private static EffectiveConfiguration Resolve(params Item[] items) =>
        EffectiveResolver.Resolve(Make.Snapshot(items), Make.GroupId, Make.MachineId);
}
