using System.Net;
using System.Net.Sockets;
using Cluster.Agent.Drivers.LdapClient;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>A proof of a connection is one of the client that was started, and of no other program of the host.</summary>
public sealed class LdapProbeTests
{
    [Theory]
    [InlineData("/usr/bin/setpriv ", "echo 'env: /usr/bin/ldapwhoami: Permission denied' >&2; exit 126")]
    [InlineData("/usr/bin/setpriv ", "echo 'setpriv: failed to execute /usr/bin/env: No such file or directory' >&2; exit 127")]
    [InlineData("/usr/bin/setpriv ", "echo 'setpriv: failed to execute /usr/bin/env: Permission denied' >&2; exit 1")]
    [InlineData("/usr/bin/setpriv ", "exit 0")]
    [InlineData("/usr/bin/env ", "exit 126")]
    public async Task A_client_that_did_not_run_proves_nothing(string program, string instead)
    {
        await using var service = await LdapService.StartAsync();
        service.Runner = new RecordingRunner
        {
            Instead = line => line.StartsWith(program, StringComparison.Ordinal) ? ["/bin/sh", "-c", instead] : null,
        };

        var (_, proof) = await service.ApplyAsync(service.Settings());

        proof.Method.ShouldBe(VerificationMethod.NotCheckable);
        proof.Detail.ShouldContain("could not be tried");
    }

    [Theory]
    [InlineData(0, "anonymous\n", "", LdapOutcome.Answered)]
    [InlineData(0, "", "", LdapOutcome.None)]
    [InlineData(48, "", "ldap_bind: Inappropriate authentication (48)\n\tadditional info: no (2)\n", LdapOutcome.Answered)]
    [InlineData(1, "Result: Insufficient access (50)\n", "", LdapOutcome.Answered)]
    [InlineData(1, "", "setpriv: failed to execute /usr/bin/env: Permission denied", LdapOutcome.None)]
    [InlineData(1, "", "Could not create LDAP session handle for URI=x (-9): Bad parameter", LdapOutcome.None)]
    [InlineData(126, "", "env: '/usr/bin/ldapwhoami': Permission denied", LdapOutcome.None)]
    [InlineData(255, "", "ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)\n", LdapOutcome.Failed)]
    [InlineData(254, "", "ldap_result: Can't contact LDAP server (-1)\n", LdapOutcome.Failed)]
    [InlineData(137, "", "", LdapOutcome.None)]
    [InlineData(-1, "", "/usr/bin/setpriv could not be started: x", LdapOutcome.None)]
    internal void What_the_program_says_counts_and_not_the_exit_code_alone(int code, string output, string error, LdapOutcome answer) =>
        LdapResults.Of(new ProcessResult(code, output, error)).ShouldBe(answer);

    [Fact]
    public async Task A_connection_of_somebody_else_is_not_taken_for_the_client()
    {
        await using var service = await LdapService.StartAsync();
        service.Runner = new StrangerRunner();
        var block = new TlsProtocolBlock { Minimum = TlsVersion.Tls12 };

        var (staged, proof) = await service.ApplyAsync(service.Settings().With(TlsProtocolBlock.Clients, block));

        staged.Refused.ShouldBeEmpty();
        proof.Detail.ShouldContain("libldap seen to offer only TLSv1.2 TLSv1.3");
    }

    // Before the client that is started, another program of the host connects, and says something that is not TLS.
    private sealed class StrangerRunner : IProcessRunner
    {
        private const string Agent = "ldaps://127.0.0.1:";
        private readonly ProcessRunner runner = new();

        public async Task<ProcessResult> RunAsync(
            string file, IReadOnlyList<string> arguments, string? input, TimeSpan timeout, CancellationToken ct)
        {
            var url = file.EndsWith("/setpriv", StringComparison.Ordinal) ? arguments[^1] : "";
            using var stranger = new TcpClient();
            if (url.StartsWith(Agent, StringComparison.Ordinal))
            {
                await stranger.ConnectAsync(new IPEndPoint(IPAddress.Loopback, int.Parse(url[Agent.Length..], null)), ct);
                await stranger.GetStream().WriteAsync("EHLO me\r\n"u8.ToArray(), ct);
            }

            return await runner.RunAsync(file, arguments, input, timeout, ct);
        }
    }
}
