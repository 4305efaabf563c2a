using Cluster.Agent.Drivers;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Sender groups beside what the administrator has, and what of his stands against them.</summary>
public sealed class SenderGroupMergeTests : SenderGroupCase
{
    [Fact]
    public async Task The_administrator_s_restrictions_and_classes_count_behind_ours_in_every_group()
    {
        var blocked = Path.Combine(Host.Postfix.Root, "blocked");
        await File.WriteAllTextAsync(blocked, "127.0.0.6 own_class\n127.0.0.7 own_class\n127.0.0.9 permit\n", PostfixHost.Cancellation);
        await Host.Postfix.PostconfAsync(
            "-e",
            "smtpd_restriction_classes=own_class",
            "own_class=reject_unlisted_sender, reject",
            $"smtpd_client_restrictions=permit_sasl_authenticated, check_client_access cidr:{blocked}",
            "smtpd_data_restrictions=reject_unauth_pipelining");
        await ChrootAsync();
        var before = Host.Postfix.Snapshot();
        (await Host.ApplyAsync(Part(Group("must", "must", "127.0.0.6", "127.0.0.8-9")))).Failure.ShouldBeNull();

        (string Client, string InClear, string Tls)[] wanted =
        [
            ("127.0.0.1", "250", "250"), ("127.0.0.6", "530", "554"), ("127.0.0.7", "554", "554"), ("127.0.0.8", "530", "250"),
            ("127.0.0.9", "530", "250"),
        ];
        foreach (var (client, inClear, tls) in wanted)
        {
            (client, (await Play(new SmtpPlay { Source = client })).Code).ShouldBe((client, inClear));
            (client, (await Play(new SmtpPlay { Source = client, Tls = true })).Code).ShouldBe((client, tls));
        }

        // What they change afterwards is not in force there, and is told.
        (await Host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
        await Host.Postfix.PostconfAsync("-e", "smtpd_client_restrictions=reject");
        var drift = await Host.Driver.ObserveAsync(PostfixHost.Cancellation);
        drift.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            d => d.Path.ShouldEndWith("_at_client"), d => d.What.ShouldContain("reject"));
        (await Host.ApplyAsync(Part(Group("must", "must", "127.0.0.6")))).Failure.ShouldBeNull();
        (await Play(new SmtpPlay { Tls = true })).Code.ShouldBe("554");

        await Host.Postfix.PostconfAsync(
            "-e", $"smtpd_client_restrictions=permit_sasl_authenticated, check_client_access cidr:{blocked}");
        (await Host.UnmanageAsync()).Failure.ShouldBeNull();
        Contents(Host.Postfix.Snapshot()).ShouldBe(Contents(before));
    }

    [Fact]
    public async Task Verified_clients_are_asked_for_where_no_list_of_the_administrator_s_would_end()
    {
        var part = Part(Group("proven", "proven", "127.0.0.4")) with
        {
            Trust = new PartTrust { UseSystem = false, Authorities = [Convert.ToBase64String(Host.Parts.Ca.Root.Der.Span)] },
        };
        await Host.Postfix.PostconfAsync("-e", "smtpd_client_restrictions=reject_unauth_pipelining");
        (await Host.ApplyAsync(part)).Failure.ShouldBeNull();
        File.ReadAllText(Host.MasterCf).ShouldContain("-o smtpd_sender_restrictions=$cluster_");
        (await Play(new SmtpPlay { Source = "127.0.0.4", Tls = true })).Code.ShouldBe("554");
        (await Play(new SmtpPlay { Tls = true })).Code.ShouldBe("250");

        await Host.Postfix.PostconfAsync("-e", "smtpd_sender_restrictions=reject_non_fqdn_sender");
        await Refused(part, "smtpd_client_restrictions or smtpd_sender_restrictions");
        (await Play(new SmtpPlay { Source = "127.0.0.4", Tls = true })).Code.ShouldBe("554", "what was applied stays");
    }

    [Theory]
    [Trait("Category", "Full")]
    [InlineData("smtpd_delay_reject=no", "must", "smtpd_delay_reject")]
    [InlineData("soft_bounce=yes", "must", "soft_bounce")]
    [InlineData("smtpd_authorized_xclient_hosts=10.0.0.1", "must", "smtpd_authorized_xclient_hosts")]
    [InlineData("smtpd_discard_ehlo_keyword_address_maps=cidr:/dev/null", "off", "smtpd_discard_ehlo_keyword_address_maps")]
    [InlineData("smtpd_discard_ehlo_keywords=dsn, STARTTLS", "off", "smtpd_discard_ehlo_keywords")]
    public async Task What_would_undo_it_is_named(string setting, string policy, string parameter)
    {
        await Host.Postfix.PostconfAsync("-e", setting);
        await Refused(Part(Group("g", policy, "127.0.0.2")), parameter);
        await Host.Postfix.PostconfAsync("-X", setting.Split('=')[0]);
        (await Host.ApplyAsync(Part(Group("g", policy, "127.0.0.2")))).Failure.ShouldBeNull();
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Own_EHLO_keywords_stay_kept_from_every_client()
    {
        await Host.Postfix.PostconfAsync("-e", "smtpd_discard_ehlo_keywords=dsn");
        (await Host.ApplyAsync(Part(Group("first", "must", "127.0.0.2"), Group("off", "off", "127.0.0.0/29")))).Failure.ShouldBeNull();
        foreach (var (client, offers) in new[] { ("127.0.0.2", true), ("127.0.0.3", false), ("127.0.0.8", true) })
        {
            var hello = (await Play(new SmtpPlay { Source = client })).Hello;
            hello.Contains("STARTTLS").ShouldBe(offers, client);
            hello.ShouldNotContain("DSN");
            hello.ShouldContain("PIPELINING");
        }
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Names_decide_in_their_order_and_never_about_off()
    {
        // 127.0.0.1 is localhost by every resolver; the others have no name.
        (await Host.ApplyAsync(Part(Group("a", "plain", "127.0.0.2"), Group("n", "must", "localhost", ".partners.test"))))
            .Failure.ShouldBeNull();
        (await Play(new SmtpPlay())).Code.ShouldBe("530");
        (await Play(new SmtpPlay { Tls = true })).Code.ShouldBe("250");
        (await Play(new SmtpPlay { Source = "127.0.0.2" })).Code.ShouldBe("250");
        (await Host.ApplyAsync(
            Part(Group("n", "must", "local.test"), Group("a", "plain", "127.0.0.1"), Group("m", "must", "localhost", "127.0.0.9"))))
            .Failure.ShouldBeNull();
        (await Play(new SmtpPlay())).Code.ShouldBe("250", "its address comes first");
        (await Play(new SmtpPlay { Source = "127.0.0.9" })).Code.ShouldBe("530");

        await Refused(Part(Group("n", "must", "mail.partner.test"), Group("o", "off", "127.0.0.9")), "mail.partner.test of group n");
        await Refused(Part(Group("n", "off", ".partner.test")), ".partner.test of group n");
        (await Host.ApplyAsync(Part(Group("o", "off", "127.0.0.9"), Group("n", "must", "mail.partner.test")))).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task AUTH_is_offered_under_TLS_only_where_all_policies_agree()
    {
        await Host.Postfix.PostconfAsync("-e", "smtpd_sasl_auth_enable=yes");
        await Host.Postfix.ReloadAsync();
        var part = Parts.Mx(PolicyTls.Preferred, Certificate);
        (await Host.ApplyAsync(part)).Failure.ShouldBeNull();
        (await Play(new SmtpPlay())).OffersAuth.ShouldBeTrue("else this test shows nothing");
        (await Host.ApplyAsync(
            part.With("mx-policy", new MailFlowPolicy { Tls = PolicyTls.Preferred, RequireTlsForAuth = true }))).Failure.ShouldBeNull();
        (await Play(new SmtpPlay())).OffersAuth.ShouldBeFalse();
        await Refused(
            Part(Group("g", "auth", "127.0.0.2")), "policy auth offers AUTH under TLS only, policy mx-policy also without");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Groups_come_and_go_over_every_other_form_and_what_is_edited_is_found()
    {
        var original = Host.Postfix.Snapshot();
        var (whole, groups) = (Parts.Mx(PolicyTls.Required, Certificate), Part(Group("must", "must", "127.0.0.3")));
        (await Host.ApplyAsync(whole)).Failure.ShouldBeNull();
        (await Host.ApplyAsync(groups)).Failure.ShouldBeNull();
        (await Play(new SmtpPlay())).Code.ShouldBe("250");
        (await Play(new SmtpPlay { Source = "127.0.0.3" })).Code.ShouldBe("530");
        (await Host.ApplyAsync(groups)).Staged!.Changed.ShouldBeFalse();

        var table = Directory.GetFiles(Path.Combine(Host.Postfix.ConfigDirectory, "cluster/gen"), "listener_*_senders_1",
            SearchOption.AllDirectories).ShouldHaveSingleItem();
        var text = await File.ReadAllTextAsync(table, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(table, text.Replace("127.0.0.3/32", "127.0.0.33/32"), PostfixHost.Cancellation);
        (await Host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldHaveSingleItem().Path.ShouldBe(table);
        (await Host.Driver.ProveAsync(groups, PostfixHost.Cancellation)).Failure.ShouldNotBeNull().Code.ShouldBe("not-loaded");
        await File.WriteAllTextAsync(table, text, PostfixHost.Cancellation);
        (await Host.Driver.ProveAsync(groups, PostfixHost.Cancellation)).Failure.ShouldBeNull();

        var master = await File.ReadAllTextAsync(Host.MasterCf, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(
            Host.MasterCf, master.Replace("  -o plaintext_reject_code", "  -o smtpd_client_restrictions=\n  -o plaintext_reject_code"),
            PostfixHost.Cancellation);
        (await Host.Driver.ProveAsync(groups, PostfixHost.Cancellation)).Failure.ShouldNotBeNull().Message.ShouldContain(
            "smtpd_client_restrictions");
        await File.WriteAllTextAsync(Host.MasterCf, master, PostfixHost.Cancellation);

        (await Host.ApplyAsync(whole)).Failure.ShouldBeNull();
        (await Play(new SmtpPlay { Then = "DATA" })).Code.ShouldBe("530");
        File.ReadAllText(Host.MainCf).ShouldNotContain("_at_client");
        (await Host.UnmanageAsync()).Failure.ShouldBeNull();
        Contents(Host.Postfix.Snapshot()).ShouldBe(Contents(original));
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Names_and_addresses_by_turns_are_refused_where_Postfix_would_give_up()
    {
        var groups = Enumerable.Range(0, 100)
            .Select(i => Group($"g{i}", i % 4 is 0 or 3 ? "must" : "plain", i % 2 == 0 ? $"10.0.0.{i}" : $"h{i}.test"))
            .ToArray();
        await Refused(Part(groups), "Put groups with host names one behind the other");
        (await Host.ApplyAsync(Part([.. groups.Take(40)]))).Failure.ShouldBeNull();
    }

    private static IEnumerable<string> Contents(IReadOnlyDictionary<string, string> files) =>
        files.Where(f => f.Key is "main.cf" or "master.cf").Select(f => f.Key + f.Value.Split(' ')[0]).Order();

    private async Task Refused(ServicePart part, string what)
    {
        var applied = await Host.ApplyAsync(part);
        var refused = applied.Staged?.Refused.ShouldHaveSingleItem();
        (refused?.Kind ?? "listeners", refused?.Name ?? "mx").ShouldBe(("listeners", "mx"));
        (refused?.Code ?? applied.Failure!.Code).ShouldBe("unsupported");
        var message = refused?.Message ?? applied.Failure!.Message;
        message.ShouldContain(what);
        message.ShouldStartWith("Listener mx:");
    }

    private async Task ChrootAsync()
    {
        var master = await File.ReadAllTextAsync(Host.MasterCf, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(
            Host.MasterCf, master.Replace(" inet n - n - - smtpd", " inet n - y - - smtpd"), PostfixHost.Cancellation);
    }
}
