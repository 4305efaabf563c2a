using Cluster.Contracts.Failpoints;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>kill -9 of the agent at every step of applying, with each driver but Postfix's; the classes below are the drivers.</summary>
public abstract class ServiceKillTests(MortalService host)
{
    public static TheoryData<string> Steps =>
    [
        FailpointNames.AssignmentStored, FailpointNames.ApplyStaged, FailpointNames.ApplyJournaled, FailpointNames.ApplySwitched,
        FailpointNames.ApplyReloaded, FailpointNames.ApplyProven, FailpointNames.ApplyRecorded, FailpointNames.ApplyCompleting,
        FailpointNames.ApplyCompleted, FailpointNames.ApplyRestoring, FailpointNames.ApplyRestored,
        FailpointNames.FileWritten + ":manifest.json", FailpointNames.FileWritten + ":switched",
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public Task Clients_are_shown_the_old_or_the_new_state(string step) => host.IsKilledAtAsync(step);
}

/// <summary>With nginx.</summary>
[Trait("Category", "Full")]
public sealed class NginxKillTests(MortalNginx host) : ServiceKillTests(host), IClassFixture<MortalNginx>;

/// <summary>With files.</summary>
[Trait("Category", "Full")]
public sealed class FilesKillTests(MortalFiles host) : ServiceKillTests(host), IClassFixture<MortalFiles>;

/// <summary>With users of LDAP.</summary>
[Trait("Category", "Full")]
public sealed class LdapClientKillTests(MortalLdapClient host) : ServiceKillTests(host), IClassFixture<MortalLdapClient>;

/// <summary>The step that matters most, with each of them, in every run.</summary>
public sealed class SwitchKillTests(MortalNginx nginx, MortalFiles files, MortalLdapClient ldap)
    : IClassFixture<MortalNginx>, IClassFixture<MortalFiles>, IClassFixture<MortalLdapClient>
{
    [Fact]
    public Task Of_nginx() => nginx.IsKilledAtAsync(FailpointNames.ApplySwitched);

    [Fact]
    public Task Of_files() => files.IsKilledAtAsync(FailpointNames.ApplySwitched);

    [Fact]
    public Task Of_users_of_LDAP() => ldap.IsKilledAtAsync(FailpointNames.ApplySwitched);
}
