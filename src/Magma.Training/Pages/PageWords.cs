namespace Magma.Training.Pages;

/// <summary>Words for made pages, in languages whose letters the fonts of every machine have.</summary>
internal static class PageWords
{
    /// <summary>A list of words per language; index 0 is English.</summary>
    public static IReadOnlyList<string[]> Languages { get; } =
    [
        Split("account settings message project report invoice customer order weekly team budget calendar photo library search result download upload archive "
            + "profile language payment shipping address network device storage backup plan review comment draft publish share export filter analysis market "
            + "summary overview morning garden river mountain window kitchen coffee travel ticket hotel station music festival lesson science history open "
            + "save cancel delete edit create add remove send reply forward close next back continue sign help support contact about pricing features blog"),
        Split("Konto Einstellungen Nachricht Projekt Bericht Rechnung Kunde Bestellung wöchentlich Mannschaft Haushalt Kalender Bild Bücherei Suche Ergebnis "
            + "Herunterladen Hochladen Ablage Sprache Zahlung Versand Anschrift Netzwerk Gerät Speicher Sicherung Übersicht Öffnen Speichern Abbrechen Löschen "
            + "Bearbeiten Anlegen Hinzufügen Entfernen Senden Antworten Schließen Weiter Zurück Anmelden Hilfe Preise Über Straße Fenster Küche Größe Prüfung"),
        Split("compte réglages message projet rapport facture client commande équipe calendrier photo recherche résultat télécharger archive langue paiement "
            + "livraison adresse réseau appareil stockage sauvegarde aperçu ouvrir enregistrer annuler supprimer modifier créer ajouter envoyer répondre fermer "
            + "suivant précédent connexion aide tarifs fenêtre cuisine été forêt rivière musée théâtre leçon déjà très français"),
        Split("cuenta ajustes mensaje proyecto informe factura cliente pedido equipo presupuesto calendario foto búsqueda resultado descargar archivo idioma "
            + "pago envío dirección red dispositivo copia resumen abrir guardar cancelar eliminar editar crear añadir enviar responder cerrar siguiente anterior "
            + "iniciar ayuda precios ventana cocina montaña río señal niño mañana año"),
        Split("счёт настройки сообщение проект отчёт клиент заказ команда бюджет календарь фото поиск результат скачать загрузить архив профиль язык оплата "
            + "доставка адрес сеть устройство память копия обзор открыть сохранить отмена удалить изменить создать добавить отправить ответить закрыть далее "
            + "назад войти помощь цены окно кухня река гора утро"),
        Split("λογαριασμός ρυθμίσεις μήνυμα έργο αναφορά τιμολόγιο πελάτης παραγγελία ομάδα ημερολόγιο φωτογραφία αναζήτηση αποτέλεσμα λήψη αρχείο γλώσσα "
            + "πληρωμή αποστολή διεύθυνση δίκτυο συσκευή άνοιγμα αποθήκευση άκυρο διαγραφή επεξεργασία προσθήκη αποστολή κλείσιμο επόμενο πίσω βοήθεια τιμές"),
        Split("konto ustawienia wiadomość projekt raport faktura klient zamówienie zespół kalendarz zdjęcie szukaj wynik pobierz archiwum język płatność wysyłka "
            + "adres sieć urządzenie pamięć przegląd otwórz zapisz anuluj usuń edytuj utwórz dodaj wyślij odpowiedz zamknij dalej wstecz pomoc cennik łąka źródło"),
        Split("hesap ayarlar mesaj proje rapor fatura müşteri sipariş takım bütçe takvim fotoğraf arama sonuç indir yükle arşiv dil ödeme kargo adres ağ cihaz "
            + "yedek özet aç kaydet iptal sil düzenle oluştur ekle gönder yanıtla kapat ileri geri giriş yardım fiyatlar pencere mutfak dağ ırmak"),
        Split("حساب إعدادات رسالة مشروع تقرير فاتورة عميل طلب فريق ميزانية تقويم صورة بحث نتيجة تحميل أرشيف لغة دفع شحن عنوان شبكة جهاز نسخة نظرة فتح حفظ إلغاء "
            + "حذف تعديل إضافة إرسال رد إغلاق التالي السابق دخول مساعدة أسعار نافذة مطبخ جبل نهر صباح سوق مبيعات اليوم"),
        Split("חשבון הגדרות הודעה פרויקט דוח חשבונית לקוח הזמנה צוות תקציב יומן תמונה חיפוש תוצאה הורדה ארכיון שפה תשלום משלוח כתובת רשת מכשיר גיבוי סקירה פתיחה "
            + "שמירה ביטול מחיקה עריכה הוספה שליחה תשובה סגירה הבא הקודם כניסה עזרה מחירים חלון מטבח הר נהר בוקר"),
    ];

    /// <summary>How many of the last languages are written from the right.</summary>
    public const int FromRight = 2;

    private static string[] Split(string words) => words.Split(' ');
}
