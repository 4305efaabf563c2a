using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>Mail that access tables and header checks of a real Postfix send past its routes.</summary>
public sealed class FilterTests : IAsyncLifetime
{
    private const string Domain = "d.example.test";
    private const string From = "chief@from.example.test";
    private readonly MailSink sink = new(null);
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StoppedAsync(new PostfixOptions { Listeners = ["in"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task Every_action_is_found_wherever_it_stands()
    {
        await WriteAsync("access", "a@a.test FILTER smtp:[10.0.0.1]\nb@b.test REJECT see http://b.test\n");
        await WriteAsync("nested", $"c@c.test check_client_access cidr:{host.Postfix.ConfigDirectory}/clients, reject\n");
        await WriteAsync("clients", "10.0.0.0/8 filter smtp:[10.0.0.2]\n");
        await WriteAsync(
            "headers", "/^X-One:/\n  FILTER smtp:[10.0.0.3]:25\nif /^X/\n/^X-(.*)/ FILTER smtp:[$1]\nendif\n/^Y/ FILTER none\n");
        await WriteAsync("bodies", "/a FILTER smtp:[10.9.9.9]/ REJECT use FILTER smtp:[10.9.9.9]\n");
        await File.AppendAllTextAsync(
            host.MasterCf,
            "more unix n - n - 0 cleanup\n  -o { mime_header_checks = regexp:{ {/x y/ FILTER smtp:[10.0.0.4]} } }\n"
                + "127.0.0.1:587 inet n - n - - smtpd\n  -o smtpd_restriction_classes=scan,mine\n"
                + "  -o { scan = check_sender_access static:{FILTER smtp:[10.0.0.8]} }\n"
                + "  -o { mine = check_sender_access static:{FILTER smtp:[10.0.0.9]} }\n  -o smtpd_proxy_filter=10.0.0.10:10025\n");
        await host.Postfix.PostconfAsync(
            "-e",
            "smtpd_sender_restrictions=check_sender_access texthash:$config_directory/access, mine, check_policy_service unix:private/grey",
            "smtpd_restriction_classes=mine",
            $"mine=check_sender_access texthash:{host.Postfix.ConfigDirectory}/nested",
            "smtpd_relay_restrictions=check_client_access static:{FILTER smtp:[10.0.0.5]}, permit_mynetworks, reject",
            "smtpd_data_restrictions=check_recipient_access proxy:unionmap:{static:{FILTER smtp:[10.0.0.6]}, ldap:$config_directory/no}",
            "header_checks=regexp:$config_directory/headers",
            "body_checks=regexp:$config_directory/bodies",
            "milter_header_checks=static:{FILTER relay:}",
            "content_filter=smtp:",
            "default_filter_nexthop=[10.0.0.7]");
        var commands = new PostfixCommands(new ProcessRunner());
        var directory = host.Postfix.ConfigDirectory;
        var parameters = await commands.ParametersAsync(directory, FilterReader.Parameters, expand: true, PostfixHost.Cancellation);
        var options = await commands.OptionsAsync(directory, PostfixHost.Cancellation);

        var found = await new FilterReader(commands, directory).ReadAsync(parameters, options, PostfixHost.Cancellation);

        found.Filters.Select(f => $"{f.Transport}:{f.NextHop}").ShouldBe(
            [
                "smtp:[10.0.0.1]", "smtp:[10.0.0.2]", "smtp:[10.0.0.3]:25", "smtp:[10.0.0.4]", "smtp:[10.0.0.5]", "smtp:[10.0.0.6]",
                "smtp:[10.0.0.7]", "relay:[10.0.0.7]", "smtp:[10.0.0.8]", "smtp:[10.0.0.9]",
            ],
            ignoreOrder: true);
        found.Proxies.Select(p => $"{p.NextHop} {p.Source}").ShouldBe(
            ["10.0.0.10:10025 smtpd_proxy_filter of 127.0.0.1:587/inet in master.cf"]);
        found.Untold.ShouldHaveSingleItem().ShouldStartWith("FILTER smtp:[$1] in regexp:");
        found.Unread.ShouldBe(
            [
                "the policy service unix:private/grey (smtpd_sender_restrictions)",
                $"the table ldap:{directory}/no (smtpd_data_restrictions)",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("header_checks=regexp:{{{{/^From: chief@/ FILTER {0}}}}}")]
    [InlineData("smtpd_recipient_restrictions=check_sender_access inline:{{{{chief@from.example.test = FILTER {0}}}}}")]
    public async Task A_filter_on_this_host_without_TLS_goes_on_getting_its_mail(string setting)
    {
        await StartAsync(string.Format(null, setting, "smtp:" + sink.NextHop));
        var part = Parts.Empty.WithDestination("default", DestinationTls.Required).WithDestination(Domain, DestinationTls.Required);

        var applied = await host.ApplyAsync(part);

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        await host.Postfix.SubmitAsync(From, "u@" + Domain);
        await Eventually.Is(() => sink.Taken.Count == 1, "the filter has its mail");
    }

    /// <summary>To 0.0.0.0 a connection leads to loopback, but nobody may count on that.</summary>
    [Fact]
    public async Task A_filter_elsewhere_that_comes_afterwards_refuses_the_destination_and_nothing_else()
    {
        await StartAsync("mail_name=Postfix");
        var part = Parts.Empty.WithDestination(Domain, DestinationTls.Required).WithDestination("e.test", DestinationTls.Preferred);
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        var watched = await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation);
        var hop = sink.NextHop.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal);
        await WriteAsync("headers", $"/^From: chief@/ FILTER smtp:{hop}\n");
        await host.Postfix.PostconfAsync("-e", "header_checks=regexp:$config_directory/headers");
        await host.Postfix.ReloadAsync();

        (await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation)).ShouldNotBe(watched);
        var proof = (await host.Driver.ProveAsync(part, PostfixHost.Cancellation)).Failure.ShouldNotBeNull();
        (proof.Code, proof.Message.Contains($"{hop} by the transport smtp", StringComparison.Ordinal)).ShouldBe(
            (ApplyCodes.RoutesChanged, true), proof.Message);
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldHaveSingleItem().What.ShouldBe(proof.Message);

        var again = await host.ApplyAsync(part.With(new OutboundSettings { Hostname = "new.example.test" }));
        again.Failure.ShouldBeNull();
        again.Staged!.Refused.ShouldHaveSingleItem().Name.ShouldBe(Domain);
        await host.Postfix.SubmitAsync(From, "u@" + Domain);
        await Eventually.Is(() => sink.Taken.Count == 1, "mail goes on, as the host says");
        sink.Taken.Single().Encrypted.ShouldBeFalse();

        await host.Postfix.PostconfAsync("-e", $"smtp_tls_policy_maps={await Maps()}, inline:{{ {{ {hop} = encrypt }} }}");
        await host.Postfix.ReloadAsync();
        (await host.ApplyAsync(part)).Staged!.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_table_that_only_another_table_names_is_watched()
    {
        using var elsewhere = new TestDirectory("tables");
        await WriteAsync("access", $"c@c.test check_client_access cidr:{elsewhere["clients"]}\n");
        await File.WriteAllTextAsync(elsewhere["clients"], "10.0.0.0/8 DUNNO\n", PostfixHost.Cancellation);
        await StartAsync("smtpd_sender_restrictions=check_sender_access texthash:$config_directory/access");
        var watched = await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation);

        await File.WriteAllTextAsync(elsewhere["clients"], "10.0.0.0/8 FILTER smtp:[10.0.0.2]\n", PostfixHost.Cancellation);

        (await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation)).ShouldNotBe(watched);
    }

    /// <summary>Postfix itself waits for one; the agent must go on with the other services of the host.</summary>
    [Theory]
    [InlineData("smtpd_sender_restrictions=check_sender_access cidr:$config_directory/pipe")]
    [InlineData("transport_maps=texthash:$config_directory/pipe")]
    public async Task A_pipe_in_the_place_of_a_table_holds_nothing_up(string setting)
    {
        await NamedPipe.MakeAsync(Path.Combine(host.Postfix.ConfigDirectory, "pipe"));
        await StartAsync("mail_name=Postfix");
        await host.Postfix.PostconfAsync("-e", setting);

        await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation).WaitAsync(Patience.Answer, PostfixHost.Cancellation);
        var staged = await host.ApplyAsync(Parts.Empty.WithDestination(Domain, DestinationTls.Required))
            .WaitAsync(Patience.State, PostfixHost.Cancellation);

        // What nobody can search is told, or refuses the item; it is never taken for an empty table.
        (staged.Failure?.Message ?? string.Join(' ', [.. staged.Staged!.Refused.Select(r => r.ToString()), .. staged.Staged.Warnings]))
            .ShouldContain("pipe");
    }

    private async Task<string> Maps() => (await host.Postfix.PostconfAsync("-h", "smtp_tls_policy_maps")).Trim();

    private async Task StartAsync(string setting)
    {
        await host.Postfix.PostconfAsync("-e", setting);
        await host.Postfix.StartAsync();
    }

    private Task WriteAsync(string file, string text) =>
        File.WriteAllTextAsync(Path.Combine(host.Postfix.ConfigDirectory, file), text, PostfixHost.Cancellation);
}
