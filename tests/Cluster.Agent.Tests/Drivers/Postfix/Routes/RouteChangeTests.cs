using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>Routes are the administrator's and change without the agent: what was proven of them is proven no more.</summary>
public sealed class RouteChangeTests : IAsyncLifetime
{
    private const string Domain = "d.example.test";
    private static readonly ServicePart Part = Parts.Empty.WithDestination(Domain, DestinationTls.Required);
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await PostfixHost.StartAsync(
            new PostfixOptions { Listeners = [], Routes = new Dictionary<string, string> { [Domain] = "127.0.0.1:1" } });
        (await host.ApplyAsync(Part)).Failure.ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_new_route_is_seen_and_covered_by_applying_again()
    {
        var before = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);
        await AppendAsync("transport", $"boss@{Domain} smtp:[127.0.0.1]:2\n");

        await IsUncoveredAsync("[127.0.0.1]:2 encrypt");
        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(before);

        (await host.ApplyAsync(Part)).Failure.ShouldBeNull();
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
        (await host.Driver.ProveAsync(Part, PostfixHost.Cancellation)).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("smtp_tls_policy_maps=")]
    [InlineData("{ smtp_tls_policy_maps = }")]
    [InlineData("smtp_tls_exclude_ciphers=$smtp_tls_mandatory_exclude_ciphers")]
    public async Task An_option_of_the_transport_is_seen_and_named(string option)
    {
        var master = await File.ReadAllTextAsync(host.MasterCf, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(
            host.MasterCf,
            master.Replace("smtp unix - - n - - smtp\n", $"smtp unix - - n - - smtp\n  -o {option}\n", StringComparison.Ordinal),
            PostfixHost.Cancellation);

        await IsUncoveredAsync("the transport smtp", option.Trim('{', ' ', '}').Split('=')[0].Trim());
    }

    [Fact]
    public async Task What_only_the_running_resolver_knows_counts_as_well()
    {
        await host.Postfix.PostconfAsync(
            "-e", $"virtual_mailbox_domains={Domain}", "virtual_transport=smtp:[127.0.0.1]:3", "transport_maps=", "max_idle=1h");
        await host.Postfix.ReloadAsync();
        await host.Driver.ProveAsync(Part, PostfixHost.Cancellation);

        // Asked above, it has read main.cf, and goes on by it although nothing in a file says so any more.
        await host.Postfix.PostconfAsync("-e", "virtual_mailbox_domains=", "virtual_transport=virtual");

        await IsUncoveredAsync("without its policy: [127.0.0.1]:3 encrypt");
    }

    /// <summary>Where nobody can be asked more ways are assumed, which are no change of the host's own routes.</summary>
    [Fact]
    public async Task A_stopped_Postfix_is_not_said_to_have_other_routes()
    {
        await HostAnotherDomainAsync();
        (await host.Driver.ProveAsync(Part, PostfixHost.Cancellation)).Failure.ShouldBeNull();

        await host.Postfix.StopAsync();

        (await host.Driver.ProveAsync(Part, PostfixHost.Cancellation)).Value!.Method.ShouldBe(VerificationMethod.Pending);
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_refused_while_Postfix_is_stopped_may_be_tried_again_when_it_runs()
    {
        var part = Part.WithDestination("e.example.test", DestinationTls.Required);
        await HostAnotherDomainAsync();
        await host.Postfix.StopAsync();
        var stopped = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);
        (await host.ApplyAsync(part)).Staged!.Refused.ShouldNotBeEmpty();

        await host.Postfix.StartAsync();

        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(stopped);
        (await host.ApplyAsync(part)).Staged!.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_map_elsewhere_belongs_to_the_files_that_are_watched()
    {
        var map = Path.Combine(host.Postfix.Root, "elsewhere");
        await File.WriteAllTextAsync(map, "", PostfixHost.Cancellation);
        await host.Postfix.PostconfAsync("-e", $"transport_maps=texthash:{map}");
        var before = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);

        await File.WriteAllTextAsync(map, $"boss@{Domain} smtp:[127.0.0.1]:2\n", PostfixHost.Cancellation);

        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(before);
    }

    [Theory]
    [InlineData("mydestination", "localhost, {0}")]
    [InlineData("mydestination", "!{0} localhost")]
    [InlineData("relay_domains", "$mine")]
    [InlineData("virtual_mailbox_domains", "{0}")]
    public async Task A_list_in_a_file_of_its_own_belongs_to_the_files_that_are_watched(string parameter, string value)
    {
        var list = Path.Combine(host.Postfix.Root, "elsewhere");
        await File.WriteAllTextAsync(list, "", PostfixHost.Cancellation);
        await host.Postfix.PostconfAsync("-e", $"mine={list}", $"{parameter}={string.Format(null, value, list)}");
        var before = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);
        var watched = await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation);

        await File.WriteAllTextAsync(list, $"{Domain}\n", PostfixHost.Cancellation);

        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(before);
        (await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation)).ShouldNotBe(watched);
    }

    [Fact]
    public async Task A_policy_that_is_for_other_mail_by_now_is_seen()
    {
        var part = Parts.Empty.WithDestination(Domain, DestinationTls.None).WithDestination("e.example.test", DestinationTls.None)
            .WithDestination("default", DestinationTls.Required);
        await AppendAsync("transport", "e.example.test smtp:[127.0.0.1]:9\n");
        await host.Postfix.ReloadAsync();
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        await File.WriteAllTextAsync(
            Path.Combine(host.Postfix.ConfigDirectory, "transport"),
            $"{Domain} smtp:[127.0.0.1]:9\ne.example.test smtp:[127.0.0.1]:9\n",
            PostfixHost.Cancellation);
        await host.Postfix.PostconfAsync("-e", "relayhost=[127.0.0.1]:1");
        await host.Postfix.ReloadAsync();

        var failure = (await host.Driver.ProveAsync(part, PostfixHost.Cancellation)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe(ApplyCodes.RoutesChanged);
        failure.Message.ShouldContain("no longer what its next hop needs: [127.0.0.1]:1 none.");
        failure.Message.ShouldContain("drift");
    }

    [Theory]
    [InlineData("main.cf")]
    [InlineData("cluster/gen/1/tls_policy")]
    public async Task Its_own_lines_and_files_are_watched_too(string file)
    {
        var before = await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation);

        await AppendAsync(file, "\n");

        (await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation)).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_route_that_stands_against_one_destination_holds_nothing_else_back()
    {
        var part = Part.WithDestination("e.example.test", DestinationTls.Required);
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        await AppendAsync("master.cf", "own unix - - n - - smtp\n  -o smtp_tls_policy_maps=\n");
        await AppendAsync("transport", $"boss@{Domain} own:[127.0.0.1]:2\n");

        var applied = await host.ApplyAsync(part.With(new OutboundSettings { Hostname = "new.example.test" }));

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldHaveSingleItem().Name.ShouldBe(Domain);
        (await host.Postfix.PostconfAsync("-h", "smtp_helo_name")).Trim().ShouldBe("new.example.test");
        var generation = (await host.Postfix.PostconfAsync("-h", "cluster_gen")).Trim();
        var rows = await File.ReadAllTextAsync(Path.Combine(generation, "tls_policy"), PostfixHost.Cancellation);
        rows.ShouldContain("[127.0.0.1]:1 encrypt", customMessage: "what held of it before still does");
    }

    [Fact]
    public async Task A_change_that_fails_is_taken_back_although_routes_changed()
    {
        await AppendAsync("transport", $"boss@{Domain} smtp:[127.0.0.1]:2\n");
        var staged = await host.Driver.StageAsync(
            Part.With(new OutboundSettings { Hostname = "new.example.test" }), host.Parts, PostfixHost.Cancellation);
        var token = staged.Value!.Token;
        (await host.Driver.SwitchAsync(token, PostfixHost.Cancellation)).ShouldBeNull();

        (await host.Driver.RestoreAsync(token, PostfixHost.Cancellation)).ShouldBeNull();
    }

    /// <summary>A cache changes with every session: it must not look like an edit of the administrator.</summary>
    [Fact]
    public async Task Caches_are_not_watched()
    {
        var cache = Path.Combine(host.Postfix.Root, "cache");
        await File.WriteAllTextAsync(cache + ".db", "", PostfixHost.Cancellation);
        await host.Postfix.PostconfAsync("-e", $"smtp_tls_session_cache_database=btree:{cache}");
        var before = await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation);

        await File.WriteAllTextAsync(cache + ".db", "more", PostfixHost.Cancellation);

        (await host.Driver.WatchedFilesAsync(PostfixHost.Cancellation)).ShouldBe(before);
    }

    [Fact]
    public async Task A_map_behind_a_reference_and_a_link_is_watched()
    {
        var map = Path.Combine(host.Postfix.Root, "real");
        await File.WriteAllTextAsync(map, "", PostfixHost.Cancellation);
        File.CreateSymbolicLink(Path.Combine(host.Postfix.Root, "link"), map);
        await host.Postfix.PostconfAsync("-e", $"mine={host.Postfix.Root}", "transport_maps=texthash:${mine}/link");
        var before = await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation);

        await File.WriteAllTextAsync(map, $"boss@{Domain} smtp:[127.0.0.1]:2\n", PostfixHost.Cancellation);

        (await host.Driver.LocalFingerprintAsync(PostfixHost.Cancellation)).ShouldNotBe(before);
    }

    private async Task HostAnotherDomainAsync()
    {
        await host.Postfix.PostconfAsync("-e", "virtual_mailbox_domains=own.example.test", "virtual_transport=smtp:[127.0.0.1]:5");
        await host.Postfix.ReloadAsync();
    }

    private Task AppendAsync(string file, string text) =>
        File.AppendAllTextAsync(Path.Combine(host.Postfix.ConfigDirectory, file), text, PostfixHost.Cancellation);

    private async Task IsUncoveredAsync(params string[] named)
    {
        var proof = await host.Driver.ProveAsync(Part, PostfixHost.Cancellation);
        proof.Succeeded.ShouldBeFalse();
        proof.Failure!.Code.ShouldBe(ApplyCodes.RoutesChanged);
        foreach (var word in named) proof.Failure.Message.ShouldContain(word);
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldHaveSingleItem().What.ShouldBe(proof.Failure.Message);
    }
}
