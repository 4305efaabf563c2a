using System.Net;
using System.Net.Security;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Verification.Guard;
using Cluster.Verification.Https;
using Cluster.Verification.Proof;
using Cluster.Verification.Tests.Tls;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Proof;

/// <summary>The loop over connections, names and key kinds, with answers that change and with a real TLS server.</summary>
public sealed class EndpointProverTests : IDisposable
{
    private static readonly WireLook Good = new(null, IsSilent: false, new TlsSeen("TLSv1.3", "c", []));
    private static readonly WireLook Wrong = new("wrong", IsSilent: false, null);
    private static readonly WireLook Silent = new("silent", IsSilent: true, null);
    private readonly TestCa ca = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => ca.Dispose();

    [Fact]
    public async Task Two_good_rounds_in_a_row_are_wanted()
    {
        var script = new Script(Good);
        (await ProveAsync(script)).Problem.ShouldBeNull();
        script.Connections.ShouldBe([3, 3]);

        var once = new Script(Good, Wrong, Good, Good);
        (await ProveAsync(once)).Problem.ShouldBeNull();
        once.Connections.ShouldBe([3, 3, 1, 3], "after a wrong answer one connection asks until one is right");
    }

    [Fact]
    public async Task A_wrong_answer_stands_for_two_seconds_and_a_silent_server_for_eight()
    {
        var wrong = new Script(Wrong);
        (await ProveAsync(wrong)).Problem.ShouldBe("wrong");
        wrong.Clock.Elapsed.TotalSeconds.ShouldBeInRange(2, 4);

        var silent = new Script(Silent);
        (await ProveAsync(silent)).Problem.ShouldBe("silent");
        silent.Clock.Elapsed.TotalSeconds.ShouldBeInRange(8, 10);
    }

    [Fact]
    public async Task A_single_wrong_connection_among_good_ones_counts()
    {
        var script = new Script(Good) { Last = Wrong };
        (await ProveAsync(script)).Problem.ShouldBe("wrong");
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "::1")]
    [InlineData("127.0.0.5", "127.0.0.5")]
    public void A_wildcard_address_is_reached_over_loopback(string address, string reached) =>
        Expectation(IPAddress.Parse(address)).Reachable.ShouldBe(new IPEndPoint(IPAddress.Parse(reached), 25));

    [Fact]
    public async Task Each_name_is_asked_for_and_a_wrong_one_is_named()
    {
        using var main = new ServedPair(ca, KeySpecification.EcP256, "main.example.org");
        using var sni = new ServedPair(ca, KeySpecification.EcP256, "sni.example.org");
        await using var server = new TlsServer(name => name == "sni.example.org" ? sni.Served() : main.Served());
        var expectation = new EndpointExpectation
        {
            EndPoint = server.EndPoint,
            Names = [new ServedName(null, [main.Expected]), new ServedName("sni.example.org", [sni.Expected])],
        };
        var proven = await RealAsync(expectation);
        proven.Problem.ShouldBeNull();
        proven.Tls.ShouldNotBeNull().Chain[0].Sha256.ShouldBe(main.Expected.Sha256);
        server.Connections.ShouldBe(12);

        var swapped = await RealAsync(expectation with { Names = [new ServedName("sni.example.org", [main.Expected])] });
        swapped.Problem.ShouldStartWith("Asked for sni.example.org: Another certificate is served");
    }

    /// <summary>
    /// An old process that differs for one name only, whether or not that name is expected to be served the same as the first.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_old_process_that_differs_for_a_further_name_only_is_noticed(bool alike)
    {
        using var main = new ServedPair(ca, KeySpecification.EcP256, "main.example.org");
        using var other = new ServedPair(ca, KeySpecification.EcP256, "sni.example.org");
        using var old = new ServedPair(ca, KeySpecification.EcP256, "sni.example.org");
        var served = alike ? main : other;
        var asked = 0;
        await using var server = new TlsServer(name => name switch
        {
            "first.example.org" => served.Served(),
            "sni.example.org" => Interlocked.Increment(ref asked) % 3 == 0 ? old.Served() : served.Served(),
            _ => main.Served(),
        });

        var verdict = await RealAsync(new EndpointExpectation
        {
            EndPoint = server.EndPoint,
            Names =
            [
                new ServedName(null, [main.Expected]),
                new ServedName("first.example.org", [served.Expected]),
                new ServedName("sni.example.org", [served.Expected]),
            ],
        });

        verdict.Problem.ShouldStartWith("Asked for sni.example.org: Another certificate is served");
    }

    [Fact]
    public async Task A_further_name_is_asked_for_as_often_as_the_first_and_by_each_key_kind()
    {
        using var ec = new ServedPair(ca, KeySpecification.EcP256, "mx.example.org");
        using var rsa = new ServedPair(ca, KeySpecification.Rsa2048, "mx.example.org");
        var script = new Script(Good);
        ExpectedCertificate[] both = [ec.Expected, rsa.Expected];
        var expectation = Expectation(IPAddress.Loopback) with
        {
            Names = [new ServedName(null, both), new ServedName("mx.example.org", both)],
        };

        (await new EndpointProver(script.Clock).ProveAsync(script, expectation, Cancellation)).Problem.ShouldBeNull();

        script.Connections.ShouldBe(Enumerable.Repeat(3, 12));
    }

    [Fact]
    public async Task Each_key_kind_is_asked_for_where_there_are_several()
    {
        using var ec = new ServedPair(ca, KeySpecification.EcP256, "mx.example.org");
        using var rsa = new ServedPair(ca, KeySpecification.Rsa2048, "mx.example.org");
        await using var server = new TlsServer(_ => ec.Served());
        var both = new EndpointExpectation { EndPoint = server.EndPoint, Names = [new ServedName(null, [ec.Expected, rsa.Expected])] };
        var verdict = await RealAsync(both);
        verdict.Problem.ShouldStartWith("With an RSA client: handshake: ");

        (await RealAsync(both with { Names = [new ServedName(null, [ec.Expected])] })).Problem.ShouldBeNull();
    }

    private static EndpointExpectation Expectation(IPAddress address) =>
        new() { EndPoint = new IPEndPoint(address, 25), Names = [new ServedName(null, [])] };

    private static Task<EndpointVerdict> ProveAsync(Script script) =>
        new EndpointProver(script.Clock).ProveAsync(script, Expectation(IPAddress.Loopback), Cancellation);

    private static Task<EndpointVerdict> RealAsync(EndpointExpectation expectation) =>
        new EndpointProver(TimeProvider.System).ProveAsync(new HttpsWireProbe(new OwnHostGuard()), expectation, Cancellation);

    /// <summary>Answers in turn, the last one for ever; time passes only while the prover waits.</summary>
    private sealed class Script(params WireLook[] answers) : IWireProbe
    {
        private int asked;

        public WaitingClock Clock { get; } = new();

        public List<int> Connections { get; } = [];

        /// <summary>What the last of several connections sees; null = the same as the others.</summary>
        public WireLook? Last { get; init; }

        public Task<IReadOnlyList<WireLook>> ProbeAsync(WireTarget target, int connections, CancellationToken ct)
        {
            Connections.Add(connections);
            var answer = answers[Math.Min(asked++, answers.Length - 1)];
            return Task.FromResult<IReadOnlyList<WireLook>>([.. Enumerable.Repeat(answer, connections - 1), Last ?? answer]);
        }
    }

    /// <summary>A clock on which every delay ends at once, and is counted.</summary>
    private sealed class WaitingClock : TimeProvider
    {
        public TimeSpan Elapsed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Elapsed += dueTime;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
