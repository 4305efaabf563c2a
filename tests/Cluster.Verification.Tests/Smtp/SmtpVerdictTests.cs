using Cluster.Verification.Smtp;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Smtp;

/// <summary>What counts as wrong of an SMTP server, case by case.</summary>
public sealed class SmtpVerdictTests
{
    private static readonly TlsSeen Seen = new("TLSv1.3", "cipher", []);

    public static TheoryData<SmtpTlsLevel, bool, bool, int?, string?> Cases() => new()
    {
        // Level, offered, handshake, answer to MAIL in clear text, what is wrong.
        { SmtpTlsLevel.Off, false, false, null, null },
        { SmtpTlsLevel.Off, true, true, null, "STARTTLS is offered although TLS is off." },
        { SmtpTlsLevel.Preferred, true, true, 250, null },
        { SmtpTlsLevel.Preferred, false, false, 250, "STARTTLS is not offered." },
        { SmtpTlsLevel.Preferred, true, true, 530, "Mail in clear text is refused: 530 ." },
        { SmtpTlsLevel.Preferred, true, false, 250, "No TLS handshake took place." },
        { SmtpTlsLevel.Required, true, true, 530, null },
        { SmtpTlsLevel.Required, true, true, 250, "Mail in clear text is not refused: 250 ." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_level_is_judged_by_what_was_seen(SmtpTlsLevel level, bool offered, bool handshake, int? clear, string? problem)
    {
        var report = Report() with
        {
            StartTlsOffered = offered,
            Tls = handshake ? Seen : null,
            MailInClear = clear is { } code ? new SmtpReply(code, [""]) : null,
        };
        SmtpVerdict.Judge(new SmtpExpectation { Level = level }, [], report).ShouldBe(problem);
    }

    [Fact]
    public void A_listener_that_verifies_clients_must_turn_away_one_without_a_certificate()
    {
        var expected = new SmtpExpectation { Level = SmtpTlsLevel.Required, VerifiesClients = true };
        var taken = Report() with { StartTlsOffered = true, Tls = Seen, MailInClear = new SmtpReply(530, [""]) };
        SmtpVerdict.Judge(expected, [], taken).ShouldBe("A client without a certificate is not refused.");
        var refused = taken with { Stages = [new ProbeStage(ProbeStages.Ehlo, false, 1, "421 go away")] };
        SmtpVerdict.Judge(expected, [], refused).ShouldBeNull();
        SmtpVerdict.Judge(expected, [new ExpectedCertificate("00", [])], refused).ShouldBe("No certificate was served.");
    }

    [Fact]
    public void TLS_from_the_first_byte_on_needs_no_STARTTLS() => SmtpVerdict
        .Judge(new SmtpExpectation { Level = SmtpTlsLevel.Required, ImplicitTls = true }, [], Report() with { Tls = Seen })
        .ShouldBeNull();

    [Theory]
    [InlineData(ProbeStages.Connect, true)]
    [InlineData(ProbeStages.Greeting, true)]
    [InlineData(ProbeStages.Ehlo, true)]
    [InlineData(ProbeStages.StartTls, false)]
    [InlineData(ProbeStages.Handshake, false)]
    public void Who_does_not_get_as_far_as_TLS_may_only_be_starting(string stage, bool silent) =>
        SmtpVerdict.IsSilent(Report() with { Stages = [new ProbeStage(stage, false, 1, "")] }).ShouldBe(silent);

    private static SmtpTlsReport Report() => new() { Stages = [], Transcript = [] };
}
