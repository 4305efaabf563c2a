using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>Who is told of what: the manager's own, no host gets it.</summary>
internal sealed class AlertSettingsKind() : KindDefinition<AlertSettings>(Reach.Manager)
{
    private const int MaximumRecipients = 100;
    private const int MaximumChannels = 50;
    private const int MaximumSteps = 20;
    private const int MaximumDays = 3650;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    protected override IReadOnlyList<DocumentRule<AlertSettings>> Rules { get; } =
    [
        static (settings, _) => Recipients(settings.Recipients ?? []),
        static (settings, _) => Days(settings.Thresholds?.CertificateDays),
        static (settings, _) => After(settings.Thresholds?.MachineOfflineAfter, TimeSpan.FromMinutes(1), "machineOfflineAfter"),
        static (settings, _) => After(settings.Thresholds?.DriftAfter, TimeSpan.Zero, "driftAfter"),
        static (settings, _) => After(settings.Thresholds?.RepeatAfter, TimeSpan.FromMinutes(1), "repeatAfter"),
    ];

    private static IEnumerable<FieldError> Recipients(IReadOnlyList<AlertRecipient> recipients) =>
        TooMany(recipients.Count, MaximumRecipients, "/recipients", "recipients")
            .Concat(recipients.Take(MaximumRecipients).SelectMany((r, i) => Recipient(r, $"/recipients/{i}")))
            .Concat(FieldRules.Unique([.. recipients.Select(r => r.Name)], "/recipients", "recipient"));

    private static IEnumerable<FieldError> Recipient(AlertRecipient recipient, string pointer)
    {
        var (emails, webhooks) = (recipient.Emails ?? [], recipient.Webhooks ?? []);
        foreach (var error in FieldRules.Reference(recipient.Name, $"{pointer}/name")) yield return error;
        if (recipient.Classes is { Count: 0 })
            yield return new FieldError(
                $"{pointer}/classes",
                FieldErrorCodes.Empty,
                "A recipient of no class is told nothing; name classes, or leave it out for all.");
        if (emails.Count + webhooks.Count == 0)
            yield return new FieldError(
                pointer, FieldErrorCodes.Empty, "A recipient without a channel is told nothing; give 'emails' or 'webhooks'.");
        IEnumerable<FieldError> channels =
        [
            .. FieldRules.Unique([.. (recipient.Classes ?? []).Select(c => EnumNames.Of(c))], $"{pointer}/classes", "class"),
            .. TooMany(emails.Count, MaximumChannels, $"{pointer}/emails", "mail addresses"),
            .. TooMany(webhooks.Count, MaximumChannels, $"{pointer}/webhooks", "webhooks"),
            .. emails.Take(MaximumChannels).SelectMany((e, i) => Email(e, $"{pointer}/emails/{i}")),
            .. webhooks.Take(MaximumChannels).SelectMany((w, i) => FieldRules.Reference(w, $"{pointer}/webhooks/{i}")),
            .. FieldRules.Unique(emails, $"{pointer}/emails", "mail address"),
            .. FieldRules.Unique(webhooks, $"{pointer}/webhooks", "webhook"),
        ];
        foreach (var error in channels) yield return error;
    }

    private static IEnumerable<FieldError> Email(string address, string pointer)
    {
        if (!MailAddress.IsMailbox(address))
            yield return new FieldError(pointer, FieldErrorCodes.Address, "A mail address is written as user@example.org, without a name.");
    }

    private static IEnumerable<FieldError> Days(IReadOnlyList<int>? days)
    {
        const string Pointer = "/thresholds/certificateDays";
        if (days is null) yield break;
        foreach (var error in TooMany(days.Count, MaximumSteps, Pointer, "steps")) yield return error;
        for (var i = 0; i < Math.Min(days.Count, MaximumSteps); i++)
        {
            if (days[i] is < 1 or > MaximumDays)
                yield return new FieldError($"{Pointer}/{i}", FieldErrorCodes.Range, $"A step lies between 1 and {MaximumDays} days.");
        }

        foreach (var error in FieldRules.Unique([.. days.Select(d => $"{d}")], Pointer, "step")) yield return error;
    }

    private static IEnumerable<FieldError> TooMany(int count, int maximum, string pointer, string what)
    {
        if (count > maximum)
            yield return new FieldError(pointer, FieldErrorCodes.TooMany, $"There are at most {maximum} {what} here; these are {count}.");
    }

    private static IEnumerable<FieldError> After(string? text, TimeSpan minimum, string member)
    {
        if (DurationRules.Check(text, minimum, Longest, $"/thresholds/{member}") is { } error) yield return error;
    }
}
