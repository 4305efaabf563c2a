using System.Text.RegularExpressions;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.ClientCertificates;

/// <summary>Client certificates of single destinations, by what a receiving Postfix sees of them.</summary>
public sealed class CertificateDeliveryTests : IAsyncLifetime
{
    private const string One = "one.example.test";
    private const string Two = "two.example.test";
    private const string Third = "third.example.test";
    private static readonly string[] Domains = [One, Two, Third];
    private PostfixHost receiver = null!;
    private PostfixHost sender = null!;

    public async ValueTask InitializeAsync()
    {
        receiver = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "to",
            Listeners = ["one", "two", "third"],
            Domains = Domains,
            KeepsMail = true,
            MainCf = ["smtpd_tls_ask_ccert = yes"],
        });
        var part = new[] { "one", "two", "third" }.Aggregate(
            Parts.Empty,
            (p, name) => p.WithListener(name, PolicyTls.Preferred, receiver.Parts.Certificate($"{name}.example.test")));
        (await receiver.ApplyAsync(part)).Failure.ShouldBeNull();
        sender = await PostfixHost.StartAsync(new PostfixOptions
        {
            Name = "from",
            Routes = Domains.ToDictionary(d => d, d => $"127.0.0.1:{receiver.Postfix.Ports[d.Split('.')[0]]}"),
            MainCf = ["smtp_destination_concurrency_limit = 3"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (sender is not null) await sender.DisposeAsync();
        if (receiver is not null) await receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_destination_is_shown_its_own_certificate_and_no_other_one()
    {
        var (main, master) = (Text(sender.MainCf), Text(sender.MasterCf));
        var part = Certified((One, "first"), (Two, "second"), (Third, null));
        var applied = await sender.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();

        (await ShownAsync("a")).ShouldBe(["first", "second", ""]);
        var names = sender.Driver.ObserveAsync(PostfixHost.Cancellation);
        (await names).ShouldBeEmpty();
        (await sender.Postfix.PostconfAsync()).ShouldContain("_destination_concurrency_limit = 3");

        // The same once more, with our own routes live: nothing is changed.
        (await sender.ApplyAsync(part)).Staged!.Changed.ShouldBeFalse();

        // Another one for one of them, none for the other.
        var second = Certified((One, "other"), (Two, null), (Third, null));
        (await sender.ApplyAsync(second)).Failure.ShouldBeNull();
        (await ShownAsync("b")).ShouldBe(["other", "", ""]);

        (await sender.UnmanageAsync()).Failure.ShouldBeNull();
        Text(sender.MainCf).ShouldBe(main);
        Text(sender.MasterCf).ShouldBe(master);
        (await ShownAsync("c")).ShouldBe(["", "", ""]);
    }

    [Fact]
    public async Task Mail_that_waits_for_a_transport_of_ours_leaves_when_that_is_gone()
    {
        (await sender.ApplyAsync(Certified((One, "first")))).Failure.ShouldBeNull();
        await receiver.Postfix.StopAsync();
        await sender.Postfix.SendAsync("a@from.example.test", $"late@{One}");
        await sender.Postfix.LogLineAsync($"to=<late@{One}>.*status=deferred");

        (await sender.UnmanageAsync()).Failure.ShouldBeNull();
        await receiver.Postfix.StartAsync();
        await sender.Postfix.PostfixAsync("flush");

        (await receiver.Postfix.ReceivedHeaderAsync($"late@{One}")).ShouldNotContain("first.from.example.test");
    }

    [Fact]
    public async Task A_route_that_changes_afterwards_is_told_and_followed()
    {
        var part = Certified((One, "first"));
        (await sender.ApplyAsync(part)).Failure.ShouldBeNull();
        var routes = Path.Combine(sender.Postfix.ConfigDirectory, "transport");
        await File.WriteAllTextAsync(routes, $"{One} smtp:[127.0.0.1]:{Port("two")}\n", PostfixHost.Cancellation);
        await sender.Postfix.ReloadAsync();

        var proof = await sender.Driver.ProveAsync(part, PostfixHost.Cancellation);
        proof.Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.RoutesChanged);

        var applied = await sender.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        await sender.Postfix.SendAsync("a@from.example.test", $"moved@{One}");
        await sender.Postfix.LogLineAsync($"to=<moved@{One}>.*:{Port("two")}.*status=sent");
        (await receiver.Postfix.ReceivedHeaderAsync($"moved@{One}")).ShouldContain("first.from.example.test");
    }

    [Fact]
    public async Task An_original_that_changes_afterwards_is_told()
    {
        var part = Certified((One, "first"));
        (await sender.ApplyAsync(part)).Failure.ShouldBeNull();
        var master = Text(sender.MasterCf).Replace("smtp unix - - n - - smtp\n", "smtp unix - - n - 7 smtp\n", StringComparison.Ordinal);
        await File.WriteAllTextAsync(sender.MasterCf, master, PostfixHost.Cancellation);

        (await sender.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldContain(d => d.Path == sender.MasterCf);
        (await sender.ApplyAsync(part)).Failure.ShouldBeNull();
        Regex.Count(Text(sender.MasterCf), "unix - - n - 7 smtp").ShouldBe(2);
    }

    [Fact]
    public async Task The_certificate_of_every_other_destination_is_that_of_all_others()
    {
        var part = Certified((One, "first"), (Third, null)).With(
            DestinationControl.DefaultName, new DestinationControl { Tls = DestinationTls.Required, Certificate = "rest" });
        part = With(part, "rest");
        (await sender.ApplyAsync(part)).Failure.ShouldBeNull();

        (await ShownAsync("d")).ShouldBe(["first", "rest", "rest"]);
    }

    [Fact]
    public async Task Of_two_certificates_for_every_other_destination_the_one_that_came_last_is_refused()
    {
        var first = With(Certified((One, "first")), "rest")
            .With(DestinationControl.DefaultName, new DestinationControl { Tls = DestinationTls.Required, Certificate = "rest" });
        (await sender.ApplyAsync(first)).Staged!.Refused.ShouldBeEmpty();

        var applied = await sender.ApplyAsync(With(first, "global").With(new OutboundSettings { Certificate = "global" }));

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldHaveSingleItem().Kind.ShouldBe(OutboundSettings.Kind);
    }

    private string Port(string listener) => receiver.Postfix.Ports[listener].ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(string file) => File.ReadAllText(file);

    private ServicePart Certified(params (string Domain, string? Certificate)[] domains)
    {
        var part = Parts.Empty;
        foreach (var (domain, certificate) in domains)
        {
            part = part.With(domain, new DestinationControl { Tls = DestinationTls.Required, Certificate = certificate });
            if (certificate is not null) part = With(part, certificate);
        }

        return part;
    }

    private ServicePart With(ServicePart part, string certificate) => part with
    {
        Certificates = new Dictionary<string, PartCertificate>(part.Certificates)
        {
            [certificate] = sender.Parts.Certificate($"{certificate}.from.example.test"),
        },
    };

    // The name in the certificate that the receiver was shown with the mail for each domain.
    private async Task<string[]> ShownAsync(string user)
    {
        foreach (var domain in Domains) await sender.Postfix.SendAsync("a@from.example.test", $"{user}@{domain}");
        var headers = await Task.WhenAll(Domains.Select(d => receiver.Postfix.ReceivedHeaderAsync($"{user}@{d}")));
        return [.. headers.Select(h => Regex.Match(h, @"Client CN ""(?<name>\w+)\.from").Groups["name"].Value)];
    }
}
