using System.Net;
using System.Text;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>The tables that sender groups become, as text.</summary>
public sealed class SenderTablesTests
{
    [Fact]
    public void Each_run_is_a_table_that_ends_in_the_next_one()
    {
        var plan = Plan(
            ("must", ["10.0.0.0-3", "2001:db8::/32"]), ("plain", ["Mail.Partner.test", ".b\u00fccher.test"]), ("must", ["10.0.0.0/8"]));
        var tables = new SenderTables(plan, "6d78");

        tables.Root.ShouldBe("check_client_access cidr:$cluster_gen/listener_6d78_senders_1");
        Text(tables, 1).ShouldBe(
            "10.0.0.0/30 cluster_6d78_required\n2001:db8::/32 cluster_6d78_required\n0.0.0.0/0 cluster_6d78_next_2\n"
                + "::/0 cluster_6d78_next_2\n");
        Text(tables, 2).ShouldBe(
            "/^mail\\.partner\\.test$/ DUNNO\n/\\.xn--bcher-kva\\.test$/ DUNNO\n/^/ cluster_6d78_next_3\n");
        Text(tables, 3).ShouldBe("10.0.0.0/8 cluster_6d78_required\n0.0.0.0/0 DUNNO\n::/0 DUNNO\n");
        tables.Classes.ToDictionary()["cluster_6d78_next_2"].ShouldBe(
            "check_client_access regexp:$cluster_gen/listener_6d78_senders_2");
        plan.Of(IPAddress.Parse("10.0.0.9"), "mail.partner.test").Policy.ShouldBe("plain");
        plan.Of(IPAddress.Parse("10.0.0.9"), null).Policy.ShouldBe("must");
    }

    [Fact]
    public void Senders_that_ask_the_same_change_places_and_what_the_default_says_is_left_out()
    {
        new SenderTables(
            Plan(("must", ["10.0.0.1"]), ("must", ["h.test"]), ("must", ["10.0.0.2"]), ("plain", ["10.0.0.3"])), "k").Count.ShouldBe(2);
        new SenderTables(Plan(("must", ["10.0.0.1"]), ("plain", ["h.test"]), ("must", ["10.0.0.2"])), "k").Count.ShouldBe(3);
        new SenderTables(Plan(("must", ["10.0.0.1"]), ("plain", ["h.test", "10.0.0.2"])), "k").Count.ShouldBe(1);
    }

    /// <summary>The tables of addresses and names stand one behind the other: only such a client shows that they changed places.</summary>
    [Theory]
    [InlineData(new[] { "10.0.0.1" }, new[] { "h.test" })]
    [InlineData(new[] { "h.test" }, new[] { "10.0.0.1" })]
    public void A_client_with_the_address_of_one_group_and_the_name_of_another_is_played(string[] first, string[] second)
    {
        var plan = Plan(("must", first), ("plain", second), ("must", ["192.0.2.0/24"]));

        var both = plan.Samples.Where(s => s.Name == "h.test" && s.Address.ToString() == "10.0.0.1");

        both.ShouldHaveSingleItem().Demand.Policy.ShouldBe("must");
    }

    [Fact]
    public void A_client_whose_address_an_earlier_group_has_shows_no_order()
    {
        var plan = Plan(("plain", ["10.0.0.0"]), ("must", ["10.0.0.0/30", "10.9.0.1"]), ("plain", ["h.test"]));

        plan.Samples.Where(s => s.Name == "h.test").Select(s => (s.Address.ToString(), s.Demand.Policy))
            .ShouldContain(("10.9.0.1", "must"));
    }

    /// <summary>The first address of a network may belong to an earlier one while others are its own.</summary>
    [Fact]
    public void Every_demand_that_a_client_can_meet_is_played()
    {
        var plan = Plan(
            ("other", ["192.168.0.0/16"]), ("must", ["10.0.0.0/24", "10.0.1.0-7"]), ("third", ["10.0.0.0/16"]), ("other", ["10.0.1.0/24"]),
            ("never", ["10.0.0.0/25", "10.0.9.1"]));

        plan.Samples.Select(s => (s.Address.ToString(), s.Demand.Policy)).ShouldBe(
            [("192.0.2.1", "plain"), ("192.168.0.0", "other"), ("10.0.0.0", "must"), ("10.0.1.8", "third")]);
    }

    [Fact]
    public void Addresses_of_a_list_are_keys_and_domains_are_patterns()
    {
        var tables = AddressTables.Of(
        [
            "A.b+c@Example.org", "boss@", "@example.org", "@.example.org", "user@b\u00fccher.example", "#1@example.org", "o'x/^y@d.example",
        ]);
        tables.Keys.ShouldBe(
            "a.b+c@example.org reject_plaintext_session\nboss@ reject_plaintext_session\n"
                + "user@b\u00fccher.example reject_plaintext_session\nuser@xn--bcher-kva.example reject_plaintext_session\n");
        tables.Patterns.Split('\n').Select(l => l.Split(' ')[0]).ShouldBe(
            [@"/@example[.]org$/", @"/@.*\.example[.]org$/", @"/^[#]1@example[.]org$/", @"/^o[']x\/\^y@d[.]example$/", ""],
            ignoreOrder: true);
    }

    private static SenderPlan Plan(params (string Policy, string[] Senders)[] groups)
    {
        var listener = new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = "mx.example.test",
            DefaultPolicy = "plain",
            SenderGroups = [.. groups.Select((g, i) => new SenderGroup { Name = $"g{i}", Policy = g.Policy, Senders = g.Senders })],
        };
        var part = Parts.Empty.With("mx", listener)
            .With("plain", new MailFlowPolicy { Tls = PolicyTls.Preferred })
            .With("must", new MailFlowPolicy { Tls = PolicyTls.Required })
            .With("other", new MailFlowPolicy { Tls = PolicyTls.Required })
            .With("third", new MailFlowPolicy { Tls = PolicyTls.Preferred })
            .With("never", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        var problems = new List<PartProblem>();
        var plan = new SenderPlanner(new ItemName(Listener.Kind, "mx"), listener, part, problems).Plan();
        problems.ShouldBeEmpty();
        return plan.ShouldNotBeNull();
    }

    private static string Text(SenderTables tables, int number) =>
        Encoding.ASCII.GetString(tables.Files.First(f => f.Key.EndsWith($"_senders_{number}", StringComparison.Ordinal)).Value);
}
